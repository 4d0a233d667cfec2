import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onLeaving } from "./left-behind.ts";
import { mustBe } from "./line.ts";
import { end, startHelper } from "./processes.ts";
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
  if (isInstalled("redis-server")) {
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

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A Redis of its own that keeps what it is told: an append-only file, written out every second. */
export async function startRedis(): Promise<AsyncDisposable & { readonly url: string }> {
  const folder = mkdtempSync(join(tmpdir(), "envoi-bench-redis-"));
  const port = await freePort();
  const child = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--appendonly", "yes", "--save", ""], {
    cwd: folder,
    stdio: "ignore",
    detached: true,
  });
  const stop = onLeaving(async () => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  });
  return { url: `redis://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
