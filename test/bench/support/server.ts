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
  const folder = mkdtempSync(join(tmpdir(), "envoi-bench-"));
  // Others may pass through: as root the database runs as another user.
  chmodSync(folder, 0o711);
  const folders = [folder];
  const removeFolders = onLeaving(() => {
    for (const path of folders) rmSync(path, { recursive: true, force: true });
  });
  const launchedAt = performance.now();
  const child = spawn(process.execPath, [...nodeFlags, join(checkout, "dist/src/main.js"), "up"], {
    cwd: "/",
    env: { PATH: process.env.PATH, PORT: "0", LOG_LEVEL: "warn", ENVOI_DATA: folder, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
    // Ctrl-C reaches the bench alone, which then stops its servers in order.
    detached: true,
  });
  const stopProcess = onLeaving(() => end(child, stopMilliseconds));
  const said = await untilRunning(child.stdout, () => child.exitCode);
  const shown = (label: string): string => new RegExp(`^ +${label} +(\\S+)$`, "m").exec(said)?.[1] ?? "";
  const url = shown("GraphQL").replace(/\/graphql$/, "");
  const key = readFileSync(shown("Admin key"), "utf8").trim();
  await ask(url, key, "{ __typename }");
  const startMilliseconds = performance.now() - launchedAt;
  folders.push(shown("Database"));
  const databaseUrl = socketUrl(shown("Database"));
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, application_name: "bench" });
  pool.on("error", () => undefined);
  const pid = child.pid ?? 0;
  return {
    url,
    key,
    pid,
    databaseUrl,
    startMilliseconds,
    ask: (query, variables) => ask(url, key, query, variables),
    query: async (text, values = []) => (await pool.query(text, [...values])).rows,
    peakMegabytes: () => residentMegabytes(pid, "VmHWM"),
    async [Symbol.asyncDispose]() {
      await pool.end();
      await stopProcess();
      await removeFolders();
    },
  };
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
