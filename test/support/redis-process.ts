import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";
import { until } from "./until.ts";

/** Tests of several workers need a real Redis; where there is none they are skipped, and say so. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
if (!hasRedis) process.stdout.write("no redis-server on this machine: tests of several workers are skipped\n");

export type RedisProcess = {
  readonly url: string;
  /** Gone at once; what it knew is lost. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
};

/** A redis-server of its own on the loopback that keeps nothing on disk. */
export async function startRedis(): Promise<RedisProcess> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "envoi-redis-"));
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  const redis: RedisProcess = {
    url,
    async start() {
      const settings = { port, bind: "127.0.0.1", dir: folder, save: "", appendonly: "no" };
      const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
      child = spawn("redis-server", options, { stdio: "ignore" });
      await until("Redis answers", () => answers(url));
    },
    async kill() {
      const running = child;
      child = null;
      if (!running) return;
      const ended = new Promise((resolve) => running.once("exit", resolve));
      running.kill("SIGKILL");
      await ended;
    },
    async stop() {
      await redis.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await redis.start();
  return redis;
}

async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.ping()) === "PONG";
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}
