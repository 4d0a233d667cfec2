import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { conflict, type Log, toError } from "../../base/index.ts";
import { endSession } from "../silence.ts";
import { makeSocketFolder, prepareDatabaseFolder, removeSocketFolder, systemFolder } from "./database-folder.ts";
import { type Installation, initialise, launch } from "./launch-postgres.ts";
import { reachableBinaries } from "./postgres-binaries.ts";
import { findPostmaster, shutDown } from "./postmaster.ts";
import { isOwnServer } from "./prove-server.ts";
import { createDatabase, databaseName, grantToServer, ownerRole, serverRole } from "./server-role.ts";
import { findDatabaseUser } from "./unprivileged-user.ts";

const retryMillisecondsMax = 10_000;

export type EmbeddedPostgres = {
  /** Through the Unix socket, as the role that the server works with: no superuser, owner of nothing in the schema. */
  readonly url: string;
  /** As the owner, for migrations. */
  readonly ownerUrl: string;
  readonly folder: string;
  readonly adopted: boolean;
  /** False while it ended by itself and is not back yet. */
  isRunning(): boolean;
  stop(): Promise<void>;
};

/** A server that answers on our data, and the session that keeps other Envoi servers off them. */
type Held = { readonly guard: Client; readonly run: string; readonly adopted: boolean };

/**
 * Starts the embedded PostgreSQL of `envoiData`, or takes over the one that a killed server left running, after it has shown
 * that it runs on these data. One that ends by itself is started again. Ends with `stop()`. Throws ACTION_NOT_ALLOWED when
 * another live server uses the same folder: that server holds an advisory lock in the database, which dies with it, so
 * nothing stale is ever in the way.
 */
export async function startEmbeddedPostgres(envoiData: string, log?: Log): Promise<EmbeddedPostgres> {
  const installation = await install(envoiData, log);
  const held = await hold(installation, { envoiData });
  await createDatabase(held.guard);
  await withClient(urlOf(held.run, ownerRole, databaseName), grantToServer);
  const watch = watchOver(held, (signal) => hold(installation, { envoiData, run: held.run, signal }), log);
  return {
    url: urlOf(held.run, serverRole, databaseName),
    ownerUrl: urlOf(held.run, ownerRole, databaseName),
    folder: installation.folder.root,
    adopted: held.adopted,
    isRunning: watch.isRunning,
    async stop() {
      await watch.stop();
      const postmaster = findPostmaster(installation.folder);
      if (postmaster) await shutDown(postmaster);
      removeSocketFolder(held.run);
    },
  };
}

async function install(envoiData: string, log: Log | undefined): Promise<Installation> {
  const user = findDatabaseUser(log);
  const folder = prepareDatabaseFolder(envoiData, user);
  const binaries = await reachableBinaries(user, systemFolder);
  await initialise({ folder, user, binaries });
  return { folder, user, binaries };
}

function urlOf(run: string, role: string, database: string): string {
  return `postgresql://${role}@/${database}?host=${encodeURIComponent(run)}`;
}

type Holding = {
  readonly envoiData: string;
  /** Where sessions were opened before: a server that is started again has to be found at the same place. */
  readonly run?: string;
  readonly signal?: AbortSignal;
};

async function hold(installation: Installation, { envoiData, run, signal }: Holding): Promise<Held> {
  const { folder, user } = installation;
  const present = findPostmaster(folder);
  if (present && (await isOwn(installation, present.run)))
    return { guard: await holdFolder(present.run, envoiData), run: present.run, adopted: true };
  // One that is still recovering listens where it wrote down.
  const place = run ?? present?.run ?? makeSocketFolder(folder, user);
  await launch(installation, { run: place, answers: () => isOwn(installation, place), signal });
  return { guard: await holdFolder(place, envoiData), run: place, adopted: false };
}

/** Whether a server answers there that runs on our data. */
async function isOwn({ folder, user }: Installation, run: string): Promise<boolean> {
  try {
    return await withClient(urlOf(run, ownerRole, "postgres"), (client) => isOwnServer(client, folder, user));
  } catch {
    return false;
  }
}

async function withClient<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await endSession(client);
  }
}

/** One server per data folder. A dead server's lock goes with its connection, a moment after the kill. */
async function holdFolder(run: string, envoiData: string): Promise<Client> {
  const client = new Client({ connectionString: urlOf(run, ownerRole, "postgres") });
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

type Watch = { isRunning(): boolean; stop(): Promise<void> };

/** The guard's session lives as long as the server: when it ends, the server is looked for, and started where there is none. */
function watchOver(first: Held, holdAgain: (signal: AbortSignal) => Promise<Held>, log: Log | undefined): Watch {
  const stopping = new AbortController();
  let guard: Client | null = null;
  let returning: Promise<void> = Promise.resolve();

  const keep = (held: Held): void => {
    guard = held.guard;
    held.guard.once("end", () => {
      guard = null;
      if (!stopping.signal.aborted) returning = comeBack();
    });
  };

  const comeBack = async (): Promise<void> => {
    log?.error("database: the embedded PostgreSQL ended, or hung up; it is looked for, and started where there is none");
    for (let wait = 100; !stopping.signal.aborted; wait = Math.min(2 * wait, retryMillisecondsMax)) {
      try {
        keep(await holdAgain(stopping.signal));
        log?.warn("database: the embedded PostgreSQL is there again");
        return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        log?.error({ err: toError(error) }, "database: the embedded PostgreSQL could not be started; it is tried again");
        await pause(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };

  keep(first);
  return {
    isRunning: () => guard !== null,
    async stop() {
      stopping.abort();
      await returning;
      if (guard) await endSession(guard);
    },
  };
}
