import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { systemFolder } from "../../src/storage/embedded/database-folder.ts";
import { reachableBinaries } from "../../src/storage/embedded/postgres-binaries.ts";
import { type DatabaseUser, findDatabaseUser } from "../../src/storage/embedded/unprivileged-user.ts";
import { freePort } from "./free-port.ts";
import { until } from "./until.ts";

/** Where there is no PgBouncer, tests of it are skipped, and say so. */
export const hasPgbouncer = spawnSync("pgbouncer", ["--version"]).status === 0;
if (!hasPgbouncer) process.stdout.write("no pgbouncer on this machine: tests of poolers are skipped\n");

/** A PostgreSQL of somebody's own: over TCP, with passwords. */
export type PostgresProcess = {
  readonly port: number;
  /** Of its superuser. */
  readonly url: string;
  query(text: string): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
};

export const password = "correct horse";

export async function startPostgres(): Promise<PostgresProcess> {
  const user = findDatabaseUser();
  const folder = aFolderFor(user);
  const binaries = await reachableBinaries(user, systemFolder);
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password);
  const data = join(folder, "data");
  const flags = [`--pgdata=${data}`, "--username=owner", `--pwfile=${passwordFile}`, "--auth=scram-sha-256", "--no-sync"];
  execFileSync(binaries.initdb, [...flags, "--locale=C", "--encoding=UTF8"], { ...user, cwd: "/", stdio: "ignore" });
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`, "fsync=off"].flatMap((text) => [
    "-c",
    text,
  ]);
  const child = spawn(binaries.postgres, ["-D", data, "-p", String(port), ...settings], { ...user, cwd: "/", stdio: "ignore" });
  const url = `postgresql://owner:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  const query = async (text: string): Promise<void> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(text).finally(() => client.end());
  };
  await until("PostgreSQL answers", () =>
    query("select 1").then(
      () => true,
      () => false,
    ),
  );
  return { port, url, query, stop: () => endProcess(child, "SIGQUIT", folder) };
}

export type PgbouncerProcess = { readonly url: string; stop(): Promise<void> };

/** A PgBouncer before `postgres`, with its own defaults but for `settings`. */
export async function startPgbouncer(
  postgres: PostgresProcess,
  database: string,
  settings: Readonly<Record<string, string>>,
): Promise<PgbouncerProcess> {
  const user = findDatabaseUser();
  const folder = aFolderFor(user);
  const port = await freePort();
  const own = { listen_addr: "127.0.0.1", listen_port: port, unix_socket_dir: "", auth_type: "any", ...settings };
  const lines = Object.entries(own).map(([name, value]) => `${name} = ${value}`);
  const target = `* = host=127.0.0.1 port=${postgres.port} user=owner password='${password}'`;
  const file = join(folder, "pgbouncer.ini");
  writeFileSync(file, ["[databases]", target, "[pgbouncer]", ...lines, ""].join("\n"));
  const child = spawn("pgbouncer", [file], { ...user, cwd: "/", stdio: "ignore" });
  const url = `postgresql://owner@127.0.0.1:${port}/${database}`;
  await until("PgBouncer answers", async () => {
    const client = new Client({ connectionString: url });
    client.on("error", () => undefined);
    return client.connect().then(
      () => client.end().then(() => true),
      () => false,
    );
  });
  return { url, stop: () => endProcess(child, "SIGKILL", folder) };
}

function aFolderFor(user: DatabaseUser | null): string {
  const folder = mkdtempSync(join(tmpdir(), "envoi-postgres-"));
  chmodSync(folder, 0o700);
  if (user) chownSync(folder, user.uid, user.gid);
  return folder;
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals, folder: string): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
}
