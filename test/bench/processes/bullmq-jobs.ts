import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";

/** One worker with many jobs at once; finished ones are removed, as its manual advises for throughput. */
const [url = "", count = "0"] = process.argv.slice(2);
const total = Number(count);
const name = "nothing";
const connection = new Redis(url, { maxRetriesPerRequest: null });
const queue = new Queue(name, { connection });
for (let from = 0; from < total; from += 5000)
  await queue.addBulk(
    Array.from({ length: Math.min(5000, total - from) }, () => ({ name, data: {}, opts: { removeOnComplete: true } })),
  );

let done = 0;
let finish: () => void = () => undefined;
const finished = new Promise<void>((resolve) => {
  finish = resolve;
});
const startedAt = performance.now();
const worker = new Worker(name, async () => undefined, { connection, concurrency: 100 });
worker.on("completed", () => {
  done += 1;
  if (done === total) finish();
});
await finished;
const seconds = (performance.now() - startedAt) / 1000;
const left = await queue.getJobCountByTypes("waiting", "active", "failed", "delayed");
process.send?.({ seconds, done: done - left });
await worker.close();
await queue.close();
connection.disconnect();
process.disconnect();
