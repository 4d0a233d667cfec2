import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { InvariantError } from "../../base/index.ts";
import type { DatabaseFolder } from "./database-folder.ts";

const stopMilliseconds = 15_000;

export type Postmaster = {
  readonly pid: number;
  /** The folder of its socket. */
  readonly run: string;
};

/** The server that runs on these data, as it wrote down itself; null when there is none. */
export function findPostmaster({ data }: DatabaseFolder): Postmaster | null {
  const file = join(data, "postmaster.pid");
  const lines = readLines(file);
  const pid = Number(lines?.[0]);
  if (!lines || !Number.isInteger(pid) || pid <= 0) return null;
  if (isAlive(pid) && isPostgres(pid)) return { pid, run: lines[4] ?? "" };
  // Left behind by a crash. Where process ids are few, as in a container, another process may have this one by now, and
  // PostgreSQL would take it for a server.
  rmSync(file, { force: true });
  return null;
}

function readLines(file: string): string[] | null {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Where the system does not tell, whoever lives is taken for the one. */
function isPostgres(pid: number): boolean {
  const [comm] = readLines(`/proc/${pid}/comm`) ?? ["postgres"];
  return comm === "postgres";
}

/** Fast shutdown (SIGINT): sessions are ended, everything committed is flushed. */
export async function shutDown({ pid }: Postmaster): Promise<void> {
  process.kill(pid, "SIGINT");
  for (let waited = 0; waited < stopMilliseconds && isAlive(pid); waited += 25) await pause(25);
  if (isAlive(pid))
    throw new InvariantError(`the embedded database (process ${pid}) did not stop within ${stopMilliseconds / 1000} s`);
}
