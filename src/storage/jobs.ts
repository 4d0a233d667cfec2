import { setTimeout as pause } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import { type Log, toError } from "../base/index.ts";
import { openSessionPool, type SessionPool } from "./session-pool.ts";

/** Work in the background that is not sending: repeated by the clock, by one process at a time. */
export type Job = {
  /** Verb and noun, kebab-case. */
  readonly name: string;
  /** Minute, hour, day of month, month, day of week; UTC. */
  readonly cron: string;
  readonly run: () => Promise<void>;
};

export type Jobs = { start(): void; stop(): Promise<void> };

export type JobsOptions = { readonly url: string; readonly jobs: readonly Job[]; readonly log: Log };

const connectionsMax = 2;
const stopMilliseconds = 10_000;
const retryMilliseconds = 10_000;

/**
 * pg-boss on the same database, in a schema of its own. A failed run is repeated by pg-boss; a server that was down at
 * the hour does it at its next one. Its tables take a moment on the first start, for which nobody has to wait; when it
 * cannot start, it is tried again until it can.
 */
export function createJobs(options: JobsOptions): Jobs {
  const pool = openSessionPool({ url: options.url, max: connectionsMax, log: options.log });
  const stopping = new AbortController();
  let boss: PgBoss | null = null;
  let starting: Promise<void> = Promise.resolve();

  const startUntilItWorks = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        boss = await startBoss(pool, options);
        return;
      } catch (error) {
        options.log.error({ err: toError(error) }, "jobs: could not start; background work waits for the next try");
        await pause(retryMilliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };

  return {
    start() {
      starting = startUntilItWorks();
    },
    async stop() {
      stopping.abort();
      await starting;
      await boss?.stop({ graceful: true, timeout: stopMilliseconds });
      await pool.end();
    },
  };
}

async function startBoss(pool: SessionPool, { jobs, log }: JobsOptions): Promise<PgBoss> {
  const boss = new PgBoss({ db: { executeSql: (text, values) => execute(pool, text, values) }, schema: "pgboss" });
  boss.on("error", (error) => log.warn({ err: error }, "jobs: the queue stumbled and goes on"));
  try {
    await boss.start();
    for (const job of jobs) {
      await boss.createQueue(job.name, { retryLimit: 3, retryBackoff: true });
      await boss.schedule(job.name, job.cron);
      await boss.work(job.name, () => job.run());
    }
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => undefined);
    throw error;
  }
  return boss;
}

async function execute(pool: SessionPool, text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
  const client = await pool.connect();
  try {
    const result = await client.query(text, values);
    client.release();
    return result;
  } catch (error) {
    // A session in the middle of somebody's failed transaction is nobody else's.
    client.release(true);
    throw error;
  }
}
