import { parentPort, Worker, workerData } from "node:worker_threads";
import { z } from "zod";
import { AppError, createLog, type ErrorCode, InvariantError, type Log, toError } from "./base/index.ts";
import type { Config } from "./config.ts";
import { createPulse, keepBeating, type Pulse, watchPulse } from "./threads/index.ts";
import { startWork } from "./work.ts";

/**
 * The engine beside the API in one process, on a thread of its own: reading a call of 50,000 recipients must not hold
 * up a slice that is due, and short garbage collections matter more there than few (docs/decisions/0006).
 */
const youngGenerationMegabytes = 12;
/** Without a bound the old generation grows to five times what lives in it before it is collected. */
const oldGenerationMegabytes = 768;
/** Messages of every campaign wait for it. One that dies again and again is given more time. */
const restart = { firstMilliseconds: 100, maxMilliseconds: 5000, wellAfterMilliseconds: 30_000 };
/** No step of the engine takes nearly as long. */
const silenceMilliseconds = 20_000;
/** Longer than the grace of a provider; an engine whose database is gone cannot write its outcomes, and is ended then. */
const stopMilliseconds = 28_000;
const hopelessStopMilliseconds = 3000;

type Told = { readonly kind: "started" } | { readonly kind: "failed"; readonly message: string; readonly code: ErrorCode | null };

export type EngineThread = {
  start(): Promise<void>;
  /** `canWrite`: the database is there, so outcomes that come late can still be written. */
  stop(canWrite?: boolean): Promise<void>;
};

export function createEngineThread(options: {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly log: Log;
}): EngineThread {
  let worker: Worker | null = null;
  let isMeantToRun = false;
  let restarting: NodeJS.Timeout | undefined;
  let pauseMilliseconds = 0;

  const launch = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const pulse = createPulse();
      const launchedAt = performance.now();
      const launched = new Worker(new URL(import.meta.url), {
        workerData: { config: options.config, databaseUrl: options.databaseUrl, pulse },
        resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMegabytes, maxOldGenerationSizeMb: oldGenerationMegabytes },
      });
      worker = launched;
      const onSilent = () => {
        options.log.error({ seconds: silenceMilliseconds / 1000 }, "the engine's thread stood still, and is ended");
        void launched.terminate();
      };
      const watch = watchPulse({ pulse, silenceMilliseconds, onSilent });
      launched.on("message", (told: Told) => {
        if (told.kind === "started") resolve();
        else reject(told.code ? new AppError(told.code, told.message) : new InvariantError(told.message));
      });
      launched.on("error", (error) => options.log.error({ err: error }, "the engine's thread failed"));
      launched.on("exit", () => {
        reject(new InvariantError("the engine's thread ended before it had started"));
        worker = null;
        watch.stop();
        if (performance.now() - launchedAt > restart.wellAfterMilliseconds) pauseMilliseconds = 0;
        pauseMilliseconds = Math.min(restart.maxMilliseconds, Math.max(restart.firstMilliseconds, pauseMilliseconds * 2));
        if (isMeantToRun) restarting = setTimeout(relaunch, pauseMilliseconds);
      });
    });

  const relaunch = (): void => {
    options.log.warn("the engine's thread is started again");
    launch().catch((error) => options.log.error({ err: toError(error) }, "the engine's thread did not start"));
  };

  return {
    async start() {
      await launch();
      isMeantToRun = true;
    },
    async stop(canWrite = true) {
      isMeantToRun = false;
      clearTimeout(restarting);
      const running = worker;
      if (!running) return;
      const ended = new Promise((resolve) => running.once("exit", resolve));
      const impatience = setTimeout(() => void running.terminate(), canWrite ? stopMilliseconds : hopelessStopMilliseconds);
      running.postMessage("stop");
      await ended;
      clearTimeout(impatience);
    },
  };
}

/** What runs inside the thread. */
async function runInside(tell: (told: Told) => void): Promise<void> {
  const given = z.object({ config: z.custom<Config>(), databaseUrl: z.string(), pulse: z.custom<Pulse>() }).parse(workerData);
  keepBeating(given.pulse);
  try {
    const work = await startWork(given.config, given.databaseUrl, createLog(given.config.log.level));
    parentPort?.once("message", () => void work.stop().finally(() => process.exit(0)));
    tell({ kind: "started" });
  } catch (thrown) {
    const error = toError(thrown);
    tell({ kind: "failed", message: error.message, code: error instanceof AppError ? error.code : null });
    process.exit(1);
  }
}

if (parentPort && workerData?.databaseUrl) void runInside((told) => parentPort?.postMessage(told));
