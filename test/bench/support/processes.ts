import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { onLeaving } from "./left-behind.ts";

const folder = join(import.meta.dirname, "../processes");
const patienceMilliseconds = 5000;

export type Helper = AsyncDisposable & {
  readonly pid: number;
  /** The next message that the process sends; rejects when it ends instead. */
  next<Message>(): Promise<Message>;
  tell(message: Record<string, unknown>): void;
  stop(): Promise<void>;
};

/** A file of `processes/` as a process of its own, so that it shares neither memory nor event loop with what is measured. */
export function startHelper(file: string, args: readonly string[] = []): Helper {
  const child = fork(join(folder, file), [...args], { execArgv: ["--import", import.meta.resolve("tsx")], stdio: "inherit" });
  const messages: unknown[] = [];
  type Reader = { resolve(message: unknown): void; reject(error: Error): void };
  const readers: Reader[] = [];
  child.on("message", (message) => {
    const reader = readers.shift();
    if (reader) reader.resolve(message);
    else messages.push(message);
  });
  child.once("exit", (code) => {
    for (const reader of readers.splice(0)) reader.reject(new Error(`${file} ended with ${code}`));
  });
  const stop = onLeaving(() => end(child));
  return {
    pid: child.pid ?? 0,
    next: <Message>() =>
      new Promise<Message>((resolve, reject) => {
        if (messages.length > 0) return resolve(messages.shift() as Message);
        if (child.exitCode !== null) return reject(new Error(`${file} has ended`));
        readers.push({ resolve: (message) => resolve(message as Message), reject });
      }),
    tell: (message) => void child.send(message),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** SIGTERM, and SIGKILL for one that does not listen. */
export async function end(child: ChildProcess, patience = patienceMilliseconds): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), patience);
  await ended;
  clearTimeout(impatience);
}

/** Resident memory of a process in megabytes: now (VmRSS), or the most it ever had (VmHWM). */
export function residentMegabytes(pid: number, field: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
}
