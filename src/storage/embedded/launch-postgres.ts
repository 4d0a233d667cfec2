import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { unavailable } from "../../base/index.ts";
import type { DatabaseFolder } from "./database-folder.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import { programEnvironment as env } from "./program-environment.ts";
import { ownerRole } from "./server-role.ts";
import type { DatabaseUser } from "./unprivileged-user.ts";

const startSecondsMax = 40;
const retryMillisecondsMax = 3000;

/** Differences from PostgreSQL's defaults, each with its reason. Durability settings stay as they are. */
const settings = {
  // Reached through a Unix socket in a folder of mode 0700 alone: nothing listens on a port.
  listen_addresses: "",
  max_connections: "200",
  shared_buffers: "256MB",
  // Large accepts write bursts: fewer forced checkpoints.
  max_wal_size: "2GB",
  // Statements here are short; compiling them costs more than it gives.
  jit: "off",
  random_page_cost: "1.1",
  logging_collector: "off",
} as const;

export type Installation = {
  readonly folder: DatabaseFolder;
  readonly user: DatabaseUser | null;
  readonly binaries: PostgresBinaries;
};

/** Initialises beside the final place and renames, so that a start cut short is simply repeated. */
export async function initialise({ folder, user, binaries }: Installation): Promise<void> {
  if (existsSync(join(folder.data, "PG_VERSION"))) return;
  const unfinished = `${folder.data}.new`;
  await rm(unfinished, { recursive: true, force: true });
  // Whoever can reach the socket is the folder's owner: its mode is the lock, a password would add nothing.
  const flags = ["--auth=trust", `--username=${ownerRole}`, "--encoding=UTF8", "--locale-provider=libc", "--locale=C"];
  const child = spawn(binaries.initdb, [`--pgdata=${unfinished}`, ...flags], {
    ...user,
    env,
    cwd: "/",
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await exitCode(child);
  if (code !== 0)
    throw unavailable("DATABASE_UNAVAILABLE", `The embedded database could not be made in ${folder.root}: ${said.trim()}`);
  await rename(unfinished, folder.data);
}

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("close", done);
  });
}

type Launching = {
  /** The folder of its socket. */
  readonly run: string;
  readonly answers: () => Promise<boolean>;
  /** Nobody needs it any more. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * Starts the server in a session of its own, so that Ctrl-C reaches Envoi alone and Envoi can drain first.
 * After a crash the old backends may live a moment longer and hold the memory segment: tried again until then.
 */
export async function launch(at: Installation, { run, answers, signal }: Launching): Promise<void> {
  const deadline = Date.now() + startSecondsMax * 1000;
  const isTime = (): boolean => Date.now() < deadline && !signal?.aborted;
  for (let wait = 200; isTime(); wait = Math.min(2 * wait, retryMillisecondsMax)) {
    const ended = new AbortController();
    const child = spawnServer(at, run);
    exitCode(child)
      .catch(() => undefined)
      .finally(() => ended.abort());
    child.unref();
    while (!ended.signal.aborted && isTime()) {
      if (await answers()) return;
      await pause(30);
    }
    await pause(wait, undefined, { signal }).catch(() => undefined);
  }
  throw unavailable(
    "DATABASE_UNAVAILABLE",
    `The embedded database did not start within ${startSecondsMax} s. Its log, ${at.folder.logFile}, ends with: ${lastFault(at.folder)}`,
  );
}

function spawnServer({ folder, user, binaries }: Installation, run: string): ChildProcess {
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const log = openSync(folder.logFile, "a", 0o600);
  try {
    return spawn(binaries.postgres, ["-D", folder.data, "-k", run, ...flags], {
      ...user,
      env,
      cwd: "/",
      detached: true,
      stdio: ["ignore", log, log],
    });
  } finally {
    closeSync(log);
  }
}

function lastFault({ logFile }: DatabaseFolder): string {
  const lines = readFileSync(logFile, "utf8").split("\n");
  return lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.findLast((line) => line !== "") ?? "nothing";
}
