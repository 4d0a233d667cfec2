import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, openSync, readFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { conflict, InvariantError, unavailable } from "../../base/index.ts";
import { type DatabaseFolder, prepareDatabaseFolder, systemFolder } from "./database-folder.ts";
import { type PostgresBinaries, reachableBinaries } from "./postgres-binaries.ts";
import { type DatabaseUser, findDatabaseUser } from "./unprivileged-user.ts";

const databaseName = "envoi";
const roleName = "envoi";
const startSecondsMax = 40;

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

export type EmbeddedPostgres = {
  /** Connection string through the Unix socket. */
  readonly url: string;
  readonly folder: string;
  readonly adopted: boolean;
  stop(): Promise<void>;
};

type Installation = {
  readonly folder: DatabaseFolder;
  readonly user: DatabaseUser | null;
  readonly binaries: PostgresBinaries;
  readonly url: string;
};

/**
 * Starts the embedded PostgreSQL of `envoiData`, or takes over the one that a killed server left running.
 * Ends with `stop()`. Throws ACTION_NOT_ALLOWED when another live server uses the same folder: that server
 * holds an advisory lock in the database, which dies with it, so nothing stale is ever in the way.
 */
export async function startEmbeddedPostgres(envoiData: string): Promise<EmbeddedPostgres> {
  const installation = await install(envoiData);
  const adopted = await answers(installation.url);
  if (!adopted) await launch(installation);
  const guard = await holdFolder(installation, envoiData);
  await createDatabase(installation.url);
  return {
    url: installation.url,
    folder: installation.folder.root,
    adopted,
    async stop() {
      await guard.end().catch(() => undefined);
      await shutDown(installation.folder);
    },
  };
}

async function install(envoiData: string): Promise<Installation> {
  const user = findDatabaseUser();
  const folder = prepareDatabaseFolder(envoiData, user);
  const binaries = await reachableBinaries(user, systemFolder);
  if (!existsSync(join(folder.data, "PG_VERSION"))) await initialise({ folder, user, binaries });
  const url = `postgresql://${roleName}@/${databaseName}?host=${encodeURIComponent(folder.run)}`;
  return { folder, user, binaries, url };
}

/** Initialises beside the final place and renames, so that a start cut short is simply repeated. */
async function initialise(at: Omit<Installation, "url">): Promise<void> {
  const unfinished = `${at.folder.data}.new`;
  await rm(unfinished, { recursive: true, force: true });
  // Whoever can reach the socket is the folder's owner: its mode is the lock, a password would add nothing.
  const flags = ["--auth=trust", `--username=${roleName}`, "--encoding=UTF8", "--locale-provider=libc", "--locale=C"];
  const child = spawn(at.binaries.initdb, [`--pgdata=${unfinished}`, ...flags], {
    ...at.user,
    cwd: "/",
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await exitCode(child);
  if (code !== 0)
    throw unavailable("DATABASE_UNAVAILABLE", `The embedded database could not be made in ${at.folder.root}: ${said.trim()}`);
  await rename(unfinished, at.folder.data);
}

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("close", done);
  });
}

/**
 * Starts the server in a session of its own, so that Ctrl-C reaches Envoi alone and Envoi can drain first.
 * After a crash the old backends may live a moment longer and hold the memory segment: tried again until then.
 */
async function launch(installation: Installation): Promise<void> {
  const { folder, user, binaries, url } = installation;
  const deadline = Date.now() + startSecondsMax * 1000;
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  while (Date.now() < deadline) {
    const log = openSync(folder.logFile, "a", 0o600);
    const child = spawn(binaries.postgres, ["-D", folder.data, "-k", folder.run, ...flags], {
      ...user,
      cwd: "/",
      detached: true,
      stdio: ["ignore", log, log],
    });
    let ended = false;
    exitCode(child).then(
      () => {
        ended = true;
      },
      () => {
        ended = true;
      },
    );
    child.unref();
    while (!ended && Date.now() < deadline) {
      if (await answers(url)) return;
      await pause(30);
    }
    await pause(200);
  }
  throw unavailable(
    "DATABASE_UNAVAILABLE",
    `The embedded database did not start within ${startSecondsMax} s. Its log: ${folder.logFile}`,
  );
}

function maintenanceUrl(url: string): string {
  return url.replace(`/${databaseName}?`, "/postgres?");
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: maintenanceUrl(url), connectionTimeoutMillis: 5000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** One server per data folder. A dead server's lock goes with its connection, a moment after the kill. */
async function holdFolder(installation: Installation, envoiData: string): Promise<Client> {
  const client = new Client({ connectionString: maintenanceUrl(installation.url) });
  client.on("error", () => undefined);
  await client.connect();
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { rows } = await client.query<{ held: boolean }>("select pg_try_advisory_lock(hashtext('envoi data folder')) as held");
    if (rows[0]?.held) return client;
    await pause(100);
  }
  await client.end();
  throw conflict(
    "ACTION_NOT_ALLOWED",
    `Another Envoi server is running on the data folder ${envoiData}. Stop it first, or set ENVOI_DATA and PORT to run a second one beside it.`,
  );
}

async function createDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: maintenanceUrl(url) });
  await client.connect();
  try {
    const { rowCount } = await client.query("select from pg_database where datname = $1", [databaseName]);
    if (rowCount === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
}

function postmasterPid(folder: DatabaseFolder): number | null {
  try {
    return Number(readFileSync(join(folder.data, "postmaster.pid"), "utf8").split("\n")[0]);
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Fast shutdown (SIGINT): sessions are ended, everything committed is flushed. */
async function shutDown(folder: DatabaseFolder): Promise<void> {
  const pid = postmasterPid(folder);
  if (pid === null || !isAlive(pid)) return;
  process.kill(pid, "SIGINT");
  for (let waited = 0; waited < 15_000 && isAlive(pid); waited += 25) await pause(25);
  if (isAlive(pid)) throw new InvariantError(`the embedded database (process ${pid}) did not stop within 15 s`);
}
