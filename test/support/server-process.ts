import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGraphqlClient, type GraphqlClient } from "./graphql-client.ts";
import { until } from "./until.ts";

const checkout = join(import.meta.dirname, "../..");

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type Launched = {
  readonly process: ChildProcess;
  readonly pid: number;
  /** Standard output and standard error, as far as they came. */
  readonly output: () => string;
  readonly ended: Promise<Ended>;
};

export type ServerProcess = Launched & {
  readonly adminKey: string;
  readonly url: string;
  readonly client: GraphqlClient;
  /** Of the embedded database; null with DATABASE_URL. */
  readonly databaseFolder: string | null;
};

export type Command = "up" | "serve" | "work";
export type LaunchOptions = {
  readonly uid?: number;
  readonly gid?: number;
  readonly from?: string;
  readonly command?: Command;
  readonly openFilesMax?: number;
};

/** The checkout, or a copy of what runs when `user` cannot enter it: a checkout under a folder of root's alone. */
export function checkoutFor(user: { readonly uid: number; readonly gid: number }): string {
  const isReachable = spawnSync("/bin/sh", ["-c", `cd '${checkout}'`], { ...user, cwd: "/" }).status === 0;
  if (isReachable) return checkout;
  const copy = mkdtempSync(join(tmpdir(), "envoi-checkout-"));
  foldersHere.add(copy);
  chmodSync(copy, 0o755);
  for (const name of ["package.json", "dist", "node_modules"])
    cpSync(join(checkout, name), join(copy, name), { recursive: true, verbatimSymlinks: true });
  return copy;
}

const launchedHere = new Set<ChildProcess>();
const foldersHere = new Set<string>();

/** `envoi up`, or another command, as a process of its own, in a process group of its own. Every setting that is not given has its default. */
export function launchServer(environment: Readonly<Record<string, string>>, options: LaunchOptions = {}): Launched {
  const { from = checkout, command = "up", openFilesMax, ...user } = options;
  const node = [process.execPath.replace(checkout, from), join(from, "dist/src/main.js"), command];
  // prlimit becomes what it starts, so that the process id is the server's.
  const limited = openFilesMax ? ["prlimit", `--nofile=${openFilesMax}:${openFilesMax}`, ...node] : node;
  const [program = "", ...parameters] = limited;
  const child = spawn(program, parameters, {
    cwd: "/",
    env: { PATH: process.env.PATH, PORT: "0", LOG_LEVEL: "warn", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    ...user,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  launchedHere.add(child);
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => {
      launchedHere.delete(child);
      resolve({ code, signal });
    });
  });
  return { process: child, pid: child.pid ?? 0, output: () => said, ended };
}

/** Launches and waits until it says that it runs. */
export async function startProcess(environment: Readonly<Record<string, string>>, options: LaunchOptions): Promise<Launched> {
  const launched = launchServer(environment, options);
  await until(
    "the process runs",
    () => {
      if (launched.process.exitCode !== null) throw new Error(`the process ended at its start:\n${launched.output()}`);
      return launched.output().includes("Ctrl-C stops it.");
    },
    60,
  );
  return launched;
}

/** A whole server, or one that only serves. */
export async function startServer(
  environment: Readonly<Record<string, string>>,
  options: LaunchOptions = {},
): Promise<ServerProcess> {
  const launched = await startProcess(environment, options);
  const shown = (label: string): string | null => new RegExp(`^ +${label} +(\\S+)$`, "m").exec(launched.output())?.[1] ?? null;
  const url = shown("GraphQL")?.replace(/\/graphql$/, "") ?? "";
  const key = readFileSync(shown("Admin key") ?? "", "utf8").trim();
  const databaseFolder = shown("Database");
  if (databaseFolder) foldersHere.add(databaseFolder);
  return { ...launched, url, adminKey: key, client: createGraphqlClient(url, key), databaseFolder };
}

export function signal(launched: Launched, name: NodeJS.Signals): Promise<Ended> {
  launched.process.kill(name);
  return launched.ended;
}

export function postmasterOf(server: ServerProcess): number {
  return Number(readFileSync(join(server.databaseFolder ?? "", "data/postmaster.pid"), "utf8").split("\n")[0]);
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Process ids below `pid`, itself included. */
export function processTree(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(file)) return [pid];
  const children = readFileSync(file, "utf8").trim().split(" ").filter(Boolean).map(Number);
  return [pid, ...children.flatMap(processTree)];
}

export function socketUrlOf(server: ServerProcess): string {
  const lines = readFileSync(join(server.databaseFolder ?? "", "data/postmaster.pid"), "utf8").split("\n");
  return `postgresql://envoi@/envoi?host=${encodeURIComponent(lines[4] ?? "")}`;
}

/** One that others may pass through, so that root's database lies inside it. */
export function aDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "envoi-process-"));
  chmodSync(folder, 0o711);
  foldersHere.add(folder);
  return folder;
}

/** Ends what this file started and is still there, and removes its folders. */
export async function cleanUp(): Promise<void> {
  for (const child of launchedHere) child.kill("SIGKILL");
  for (const folder of foldersHere) {
    for (const data of [join(folder, "data"), join(folder, "postgres/data")]) await endPostmaster(data);
    rmSync(folder, { recursive: true, force: true });
  }
  foldersHere.clear();
}

async function endPostmaster(data: string): Promise<void> {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
  if (!isRunning(pid)) return;
  process.kill(pid, "SIGQUIT");
  await until("the database left by a test ends", () => !isRunning(pid));
}
