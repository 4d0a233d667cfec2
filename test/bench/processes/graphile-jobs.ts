import { Logger, makeWorkerUtils, run, WorkerPreset } from "graphile-worker";
import pg from "pg";

/** The settings of worker.graphile.org/docs/performance: a local queue, completion in batches. */
const [url = "", count = "0"] = process.argv.slice(2);
const total = Number(count);
const pool = new pg.Pool({ connectionString: url, max: 25 });
const logger = new Logger(() => () => undefined);
const utils = await makeWorkerUtils({ pgPool: pool, logger });
await utils.migrate();
for (let from = 0; from < total; from += 10_000)
  await utils.addJobs(Array.from({ length: Math.min(10_000, total - from) }, () => ({ identifier: "nothing", payload: {} })));
await pool.query("vacuum analyze graphile_worker._private_jobs");

let done = 0;
let finish: () => void = () => undefined;
const finished = new Promise<void>((resolve) => {
  finish = resolve;
});
const startedAt = performance.now();
const runner = await run({
  pgPool: pool,
  taskList: {
    nothing: () => {
      done += 1;
      if (done === total) finish();
    },
  },
  preset: {
    extends: [WorkerPreset],
    worker: { concurrentJobs: 24, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0, logger },
  },
});
await finished;
// Its stop waits until the last completions are written.
await runner.stop();
const seconds = (performance.now() - startedAt) / 1000;
const { rows } = await pool.query<{ left: number }>('select count(*)::int as "left" from graphile_worker._private_jobs');
process.send?.({ seconds, done: done - (rows[0]?.left ?? 0) });
await utils.release();
await pool.end();
process.disconnect();
