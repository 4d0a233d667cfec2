import { PgBoss } from "pg-boss";
import { type Log, toError } from "../base/index.ts";

/** Work in the background that is not sending: repeated by the clock, by one process at a time. */
export type Job = {
  /** Verb and noun, kebab-case. */
  readonly name: string;
  /** Minute, hour, day of month, month, day of week; UTC. */
  readonly cron: string;
  readonly run: () => Promise<void>;
};

export type Jobs = { start(): Promise<void>; stop(): Promise<void> };

const connectionsMax = 2;
const stopMilliseconds = 10_000;

/**
 * pg-boss on the same database, in a schema of its own. A failed run is repeated by pg-boss; a server that was down at
 * the hour does it at its next one.
 */
export function createJobs(options: { readonly url: string; readonly jobs: readonly Job[]; readonly log: Log }): Jobs {
  const boss = new PgBoss({
    connectionString: options.url,
    schema: "pgboss",
    max: connectionsMax,
    application_name: "envoi jobs",
  });
  boss.on("error", (error) => options.log.warn({ err: error }, "jobs: the queue stumbled and goes on"));
  let starting: Promise<void> | null = null;

  const begin = async (): Promise<void> => {
    await boss.start();
    for (const job of options.jobs) {
      await boss.createQueue(job.name, { retryLimit: 3, retryBackoff: true });
      await boss.schedule(job.name, job.cron);
      await boss.work(job.name, () => job.run());
    }
  };

  return {
    start() {
      starting ??= begin();
      return starting;
    },
    async stop() {
      await starting?.catch((error) => options.log.warn({ err: toError(error) }, "jobs: had not started"));
      await boss.stop({ graceful: true, timeout: stopMilliseconds });
    },
  };
}
