import { Migrator } from "@mikro-orm/migrations";
import { createPostgreSqlTypeParsers, type EntitySchema, MikroORM } from "@mikro-orm/postgresql";
import { PostgresDialect, sql } from "kysely";
import { types as builtinTypes, TypeOverrides } from "pg";
import { migrations } from "../../migrations/index.ts";
import { invalid, type Log, unavailable } from "../base/index.ts";
import { explainConnection } from "./explain-connection.ts";
import { openSessionPool, SessionClient, type SessionPool } from "./session-pool.ts";
import { areSessionsShared } from "./shared-sessions.ts";
import { type Queries, run } from "./transaction.ts";

const oldestServerVersion = 150_000;
/** Of PostgreSQL's type text[], which the library's types leave out. */
const textList = 1009 as never;
/** Of bigint: what counts what grows. Whoever passes such a number on refuses one beyond 2^53. */
const bigint = 20;

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
};

/** Opens the pool and checks what it leads to. Does not migrate. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const pool = openPool(options);
  const orm = await MikroORM.init({
    entities: [...options.entities],
    dbName: "envoi",
    driverOptions: () => new PostgresDialect({ pool }),
    extensions: [Migrator],
    migrations: { migrationsList: migrations, snapshot: false, tableName: "migration", transactional: true },
    logger: (line) => options.log.debug(line),
  });
  const database = { orm, url: options.url, close: () => orm.close(true) };
  try {
    await checkServer(database);
    await checkPooler(pool);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

function openPool({ url, poolMax: max, log }: DatabaseOptions): SessionPool {
  requireReadable(url);
  const types = new TypeOverrides();
  // Instants stay texts, and lists of them lists of texts.
  for (const [oid, parse] of Object.entries(createPostgreSqlTypeParsers(builtinTypes.getTypeParser(textList))))
    types.setTypeParser(Number(oid), parse);
  types.setTypeParser(bigint, Number);
  return openSessionPool({ url, max, log, types });
}

/** What the library says of an address that it cannot read has the whole of it, password included. */
function requireReadable(url: string): void {
  try {
    new SessionClient({ connectionString: url });
  } catch {
    throw invalid(
      "INPUT_INVALID",
      "DATABASE_URL cannot be read. Write signs such as @ : / ? # % in user and password as %40 %3A %2F %3F %23 %25.",
    );
  }
}

async function checkServer({ orm, url }: Database): Promise<void> {
  let rows: { version: number; name: string }[];
  try {
    const statement = sql<{ version: number; name: string }>`
      select current_setting('server_version_num')::int as version, current_setting('server_version') as name`;
    rows = await run({ em: orm.em.fork() }, statement);
  } catch (error) {
    throw unavailable("DATABASE_UNAVAILABLE", explainConnection(error, url), {}, error);
  }
  const server = rows[0];
  if (server && server.version < oldestServerVersion)
    throw invalid("INPUT_INVALID", `PostgreSQL ${server.name} is too old: Envoi needs 15 or newer.`);
}

async function checkPooler(pool: SessionPool): Promise<void> {
  if (await areSessionsShared(pool))
    throw invalid(
      "INPUT_INVALID",
      "DATABASE_URL leads through a pooler that shares connections between sessions, as PgBouncer does with pool_mode = transaction. Envoi needs sessions of its own, for the lock that keeps two workers apart and for LISTEN. Set pool_mode = session for this database, or name PostgreSQL itself.",
    );
}

/**
 * Brings the schema up to date. Several processes may call it at once: one works, the others wait. A database that a newer version
 * has migrated is refused, and stays as it is.
 */
export async function migrate(database: Database): Promise<void> {
  const em = database.orm.em.fork();
  const lock = 7_406_231;
  await em.transactional(async (locked) => {
    await run({ em: locked }, sql`select pg_advisory_xact_lock(${lock})`);
    await requireKnownSchema(locked);
    await database.orm.migrator.up();
  });
}

async function requireKnownSchema(em: Queries["em"]): Promise<void> {
  const [table] = await run({ em }, sql<{ isThere: boolean }>`select to_regclass('migration') is not null as "isThere"`);
  if (!table?.isThere) return;
  const done = await run({ em }, sql<{ name: string }>`select name from migration order by id`);
  const names = migrations.map(({ name }) => name);
  const [known, first] = [new Set<string>(names), names[0] ?? ""];
  const unknown = done.map(({ name }) => name).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  if (unknown.every((name) => name < first))
    throw invalid(
      "INPUT_INVALID",
      "This database was made by a version from before the first release, whose schema nothing leads on from. Use an empty database or data folder. Nothing was changed.",
    );
  throw invalid(
    "INPUT_INVALID",
    `A newer version of Envoi has migrated this database (${unknown.join(", ")}); this one does not know it. Start that version or a later one, or restore the backup from before the upgrade. Nothing was changed.`,
  );
}
