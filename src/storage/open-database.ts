import { Migrator } from "@mikro-orm/migrations";
import { type EntitySchema, MikroORM } from "@mikro-orm/postgresql";
import { sql } from "kysely";
import type { Pool } from "pg";
import { migrations } from "../../migrations/index.ts";
import { invalid, type Log, unavailable } from "../base/index.ts";
import { endWhenSilent } from "./end-when-silent.ts";
import { sessionOptions } from "./session-options.ts";
import { run } from "./transaction.ts";

const oldestServerVersion = 150_000;

export type Database = {
  readonly orm: MikroORM;
  readonly url: string;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  readonly url: string;
  readonly poolMax: number;
  // biome-ignore lint/suspicious/noExplicitAny: the ORM's own type for "entities of any shape".
  readonly entities: readonly EntitySchema<any>[];
  readonly log: Log;
  /** Ends a session in which nothing came or went for so long, and half of it one that does not open. Unbounded where statements take minutes. */
  readonly silenceMilliseconds?: number;
};

/** Opens the pool and checks the server's age. Does not migrate. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { silenceMilliseconds } = options;
  const orm = await MikroORM.init({
    entities: [...options.entities],
    dbName: "envoi",
    driverOptions: {
      connectionString: options.url,
      options: sessionOptions(),
      application_name: "envoi",
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      ...(silenceMilliseconds === undefined
        ? {}
        : {
            connectionTimeoutMillis: silenceMilliseconds / 2,
            onPoolCreated: (pool: Pool) => pool.on("connect", (client) => endWhenSilent(client, silenceMilliseconds)),
          }),
    },
    pool: { min: 0, max: options.poolMax },
    extensions: [Migrator],
    migrations: { migrationsList: migrations, snapshot: false, tableName: "migration", transactional: true },
    logger: (line) => options.log.debug(line),
  });
  const database = { orm, url: options.url, close: () => orm.close(true) };
  try {
    await checkServer(orm);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

async function checkServer(orm: MikroORM): Promise<void> {
  let rows: { version: number; name: string }[];
  try {
    const statement = sql<{ version: number; name: string }>`
      select current_setting('server_version_num')::int as version, current_setting('server_version') as name`;
    rows = await run({ em: orm.em.fork() }, statement);
  } catch (error) {
    throw unavailable(
      "DATABASE_UNAVAILABLE",
      "PostgreSQL does not answer. Check DATABASE_URL and that the server runs.",
      {},
      error,
    );
  }
  const server = rows[0];
  if (server && server.version < oldestServerVersion)
    throw invalid("INPUT_INVALID", `PostgreSQL ${server.name} is too old: Envoi needs 15 or newer.`);
}

/** Brings the schema up to date. Several processes may call it at once: one works, the others wait. */
export async function migrate(database: Database): Promise<void> {
  const em = database.orm.em.fork();
  const lock = 7_406_231;
  await em.transactional(async (locked) => {
    await run({ em: locked }, sql`select pg_advisory_xact_lock(${lock})`);
    await database.orm.migrator.up();
  });
}
