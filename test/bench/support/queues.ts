import { mustBe } from "./line.ts";
import { startHelper } from "./processes.ts";
import { hasRedis, startRedis } from "./redis.ts";
import type { Server } from "./server.ts";

export type QueueFigure = { readonly name: string; readonly perSecond: number };

/** How fast three well-known queues move as many empty jobs, set up as their manuals advise for throughput. */
export async function measureQueues(server: Server, count: number): Promise<QueueFigure[]> {
  await server.query("create database yardstick");
  const url = server.databaseUrl.replace("/envoi?", "/yardstick?");
  const figures = [
    { name: "graphile-worker", perSecond: await measure("graphile-jobs.ts", url, count) },
    { name: "pg-boss", perSecond: await measure("pg-boss-jobs.ts", url, count) },
  ];
  if (hasRedis()) {
    await using redis = await startRedis();
    figures.push({ name: "BullMQ (append-only Redis)", perSecond: await measure("bullmq-jobs.ts", redis.url, count) });
  }
  return figures;
}

async function measure(file: string, url: string, count: number): Promise<number> {
  await using helper = startHelper(file, [url, String(count)]);
  const told = await helper.next<{ seconds: number; done: number }>();
  mustBe(`jobs done by ${file}`, told.done, count);
  return count / told.seconds;
}
