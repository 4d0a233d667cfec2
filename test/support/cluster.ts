import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Client, type QueryResultRow } from "pg";
import { startEmbeddedPostgres } from "../../src/storage/index.ts";
import { countsAsNumbers } from "./counts-as-numbers.ts";
import { type RedisProcess, startRedis } from "./redis-process.ts";
import {
  aDataFolder,
  cleanUp,
  isRunning,
  type Launched,
  type ServerProcess,
  startProcess,
  startServer,
} from "./server-process.ts";
import { until } from "./until.ts";

/** One PostgreSQL and, if asked for, one Redis, each of its own, for processes that share them. */
export type Cluster = {
  readonly redis: RedisProcess | null;
  /** What every process of it is given. */
  readonly environment: Environment;
  startServe(environment?: Environment): Promise<ServerProcess>;
  startWork(environment?: Environment): Promise<Launched>;
  /** Ends PostgreSQL as a power cut would, and starts it again. */
  crashPostgres(): Promise<void>;
  /** Straight to the database, on a connection of its own. */
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
};

type Environment = Readonly<Record<string, string>>;

export async function startCluster(options: {
  readonly withRedis: boolean;
  readonly environment?: Environment;
}): Promise<Cluster> {
  const databaseFolder = aDataFolder();
  const dataFolder = aDataFolder();
  const redis = options.withRedis ? await startRedis() : null;
  const postgres = await startEmbeddedPostgres(databaseFolder);
  const shared = {
    DATABASE_URL: postgres.ownerUrl,
    ENVOI_DATA: dataFolder,
    ...(redis ? { REDIS_URL: redis.url } : {}),
    ...options.environment,
  };

  return {
    redis,
    environment: shared,
    startServe: (environment = {}) => startServer({ ...shared, ...environment }, { command: "serve" }),
    startWork: (environment = {}) => startProcess({ ...shared, ...environment }, { command: "work" }),
    async crashPostgres() {
      const pid = postgresPid(postgres.folder);
      process.kill(pid, "SIGQUIT");
      await until("PostgreSQL is gone", () => !isRunning(pid));
      // Whoever started it starts it again.
      await until("PostgreSQL is back", () => postgresPid(postgres.folder) !== pid && postgres.isRunning());
    },
    async query(text, values) {
      const client = new Client({ connectionString: postgres.ownerUrl, types: countsAsNumbers });
      await client.connect();
      try {
        return (await client.query(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    async stop() {
      await cleanUp();
      await postgres.stop();
      await redis?.stop();
      for (const folder of [postgres.folder, databaseFolder]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function postgresPid(folder: string): number {
  const file = join(folder, "data/postmaster.pid");
  return existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[0]) : 0;
}
