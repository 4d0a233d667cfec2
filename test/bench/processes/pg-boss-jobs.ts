import pg from "pg";
import { PgBoss } from "pg-boss";

/** Several workers, large batches, and no waiting between full ones. */
const [url = "", count = "0"] = process.argv.slice(2);
const total = Number(count);
const queue = "nothing";
const boss = new PgBoss({ connectionString: url, max: 10, supervise: false, schedule: false });
boss.on("error", (error) => process.stderr.write(`pg-boss: ${error}\n`));
await boss.start();
await boss.createQueue(queue);
for (let from = 0; from < total; from += 10_000)
  await boss.insert(
    queue,
    Array.from({ length: Math.min(10_000, total - from) }, () => ({ data: {} })),
  );
const client = new pg.Client({ connectionString: url });
await client.connect();
await client.query("vacuum analyze");

let taken = 0;
let finish: () => void = () => undefined;
const finished = new Promise<void>((resolve) => {
  finish = resolve;
});
const startedAt = performance.now();
await boss.work(
  queue,
  { batchSize: 1000, localConcurrency: 4, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true },
  async (jobs) => {
    taken += jobs.length;
    if (taken >= total) finish();
  },
);
await finished;
const completed = async (): Promise<number> => {
  const { rows } = await client.query<{ count: number }>(
    "select count(*)::int as count from pgboss.job where name = $1 and state = 'completed'",
    [queue],
  );
  return rows[0]?.count ?? 0;
};
let done = await completed();
while (done < total) done = await completed();
const seconds = (performance.now() - startedAt) / 1000;
process.send?.({ seconds, done });
await boss.stop({ graceful: false });
await client.end();
process.disconnect();
