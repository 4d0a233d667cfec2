import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { until } from "../../support/until.ts";
import { onLeaving } from "./left-behind.ts";
import { end, residentMegabytes } from "./processes.ts";

const checkout = join(import.meta.dirname, "../../..");
/** What is being sent is finished first, and the embedded database shuts down. */
const stopMilliseconds = 45_000;

// biome-ignore lint/suspicious/noExplicitAny: answers of many queries, each read by the line that asked.
export type Data = any;

export type Server = AsyncDisposable & {
  readonly url: string;
  readonly key: string;
  readonly pid: number;
  /** Its ENVOI_DATA. */
  readonly folder: string;
  /** Into its embedded database, through the Unix socket. */
  readonly databaseUrl: string;
  /** From the launch to the first answer over HTTP. */
  readonly startMilliseconds: number;
  /** The data of an operation; its errors are thrown. */
  ask(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Data>;
  /** Straight to the database. */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  peakMegabytes(): number;
};

/** `envoi up` on an empty folder: a process of its own with an embedded database of its own. */
export async function startServer(nodeFlags: readonly string[] = [], environment: Record<string, string> = {}): Promise<Server> {
  const folder = aDataFolder();
  const launched = await launch("up", { ENVOI_DATA: folder.path, ...environment }, nodeFlags);
  const databaseFolder = shown(launched.said, "Database");
  const removeDatabase = onLeaving(() => rmSync(databaseFolder, { recursive: true, force: true }));
  return connectTo(launched, {
    folder: folder.path,
    databaseUrl: socketUrl(databaseFolder),
    stop: async () => {
      await launched.stop();
      await removeDatabase();
      await folder.remove();
    },
  });
}

export type DataFolder = { readonly path: string; remove(): Promise<void> };

export function aDataFolder(): DataFolder {
  const path = mkdtempSync(join(tmpdir(), "envoi-bench-"));
  // Others may pass through: as root the database runs as another user.
  chmodSync(path, 0o711);
  return { path, remove: onLeaving(() => rmSync(path, { recursive: true, force: true })) };
}

export type Launched = {
  readonly pid: number;
  readonly launchedAt: number;
  /** Standard output up to the line that says that it runs. */
  readonly said: string;
  stop(): Promise<void>;
};

/** Launches a command of `envoi` and waits until it says that it runs. */
export async function launch(
  command: "up" | "serve" | "work",
  environment: Readonly<Record<string, string>>,
  nodeFlags: readonly string[] = [],
): Promise<Launched> {
  const launchedAt = performance.now();
  const child = spawn(process.execPath, [...nodeFlags, join(checkout, "dist/src/main.js"), command], {
    cwd: "/",
    env: { PATH: process.env.PATH, PORT: "0", LOG_LEVEL: "warn", ...environment },
    stdio: ["ignore", "inherit", "pipe"],
    // Ctrl-C reaches the bench alone, which then stops its servers in order.
    detached: true,
  });
  const stop = onLeaving(() => end(child, stopMilliseconds));
  child.stderr.pipe(process.stderr, { end: false });
  const said = await untilRunning(child.stderr, () => child.exitCode);
  return { pid: child.pid ?? 0, launchedAt, said, stop };
}

type Around = { readonly folder: string; readonly databaseUrl: string; readonly stop: () => Promise<void> };

/** What the lines ask of a server that runs. */
export async function connectTo({ pid, launchedAt, said }: Launched, { folder, databaseUrl, stop }: Around): Promise<Server> {
  const url = shown(said, "GraphQL").replace(/\/graphql$/, "");
  const key = readFileSync(shown(said, "Admin key"), "utf8").trim();
  await ask(url, key, "{ __typename }");
  const startMilliseconds = performance.now() - launchedAt;
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, application_name: "bench" });
  pool.on("error", () => undefined);
  return {
    url,
    key,
    pid,
    folder,
    databaseUrl,
    startMilliseconds,
    ask: (query, variables) => ask(url, key, query, variables),
    query: async (text, values = []) => (await pool.query(text, [...values])).rows,
    peakMegabytes: () => residentMegabytes(pid, "VmHWM"),
    async [Symbol.asyncDispose]() {
      await pool.end();
      await stop();
    },
  };
}

function shown(said: string, label: string): string {
  return new RegExp(`^ +${label} +(\\S+)$`, "m").exec(said)?.[1] ?? "";
}

async function untilRunning(output: NodeJS.ReadableStream, exitCode: () => number | null): Promise<string> {
  let said = "";
  output.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const isRunning = (): boolean => {
    if (exitCode() !== null) throw new Error(`the server ended at its start:\n${said}`);
    return said.includes("Ctrl-C stops it.");
  };
  await until("the server runs", isRunning, 60, 5);
  return said;
}

async function ask(url: string, key: string, query: string, variables: object = {}): Promise<Data> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
  const response = await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  const answer = (await response.json()) as { data: Data; errors?: unknown };
  if (answer.errors) throw new Error(`${query}\n${JSON.stringify(answer.errors)}`);
  return answer.data;
}

function socketUrl(databaseFolder: string): string {
  const lines = readFileSync(join(databaseFolder, "data/postmaster.pid"), "utf8").split("\n");
  return `postgresql://envoi@/envoi?host=${encodeURIComponent(lines[4] ?? "")}`;
}
