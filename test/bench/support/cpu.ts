import { readdirSync, readFileSync } from "node:fs";

/** Processor time so far, in seconds: of the server's process, and of the database below it. */
export type CpuSeconds = { readonly server: number; readonly database: number };

const ticksPerSecond = 100;

export function cpuSecondsOf(pid: number): CpuSeconds {
  const below = descendants(pid).reduce((sum, child) => sum + ticksOf(child), 0);
  return { server: ticksOf(pid) / ticksPerSecond, database: below / ticksPerSecond };
}

/** Unlike a rate, this says the same on a busy machine: what one piece of work costs. */
export function cpuPer(piece: string, count: number, before: CpuSeconds, after: CpuSeconds): string {
  const micros = (seconds: number): string => `${Math.round((seconds * 1_000_000) / count)} µs`;
  return `processor time a ${piece}: server ${micros(after.server - before.server)}, database ${micros(after.database - before.database)}`;
}

/**
 * How long engines stood ready and got no core so far. What is due by the millisecond is late for that alone, whoever
 * else uses the machine; engines are the only threads that Node calls so.
 */
export function engineWaitSeconds(pids: readonly number[]): number {
  return pids.flatMap(engineThreads).reduce((sum, thread) => {
    const [, waited = 0] = readFileSync(`${thread}/schedstat`, "utf8").split(" ").map(Number);
    return sum + waited / 1_000_000_000;
  }, 0);
}

function engineThreads(pid: number): string[] {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);
  return threads.filter((thread) => readFileSync(`${thread}/comm`, "utf8").trim() === "WorkerThread");
}

function ticksOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, "utf8");
    // After the name, which may hold spaces: state is field 3, user and system time are 14 and 15.
    const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}

function descendants(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number),
    );
    return [...children, ...children.flatMap(descendants)];
  } catch {
    return [];
  }
}
