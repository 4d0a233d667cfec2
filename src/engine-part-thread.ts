import { parentPort, Worker, workerData } from "node:worker_threads";
import { z } from "zod";
import { AppError, createLog, type ErrorCode, InvariantError, type Log, toError } from "./base/index.ts";
import type { Config } from "./config.ts";
import type { OtherParts } from "./dispatch/index.ts";
import { createPulse, keepBeating, type Pulse, watchPulse } from "./threads/index.ts";
import { startWork, type Work } from "./work.ts";

const youngGenerationMegabytes = 12;
/** Without a bound the old generation grows to five times what lives in it before it is collected. */
const oldGenerationMegabytes = 768;
/** No step of the engine takes nearly as long. */
const silenceMilliseconds = 20_000;

/** What a thread tells who started it, beside that it lives. */
type Told =
  | { readonly kind: "started" }
  | { readonly kind: "suspects" }
  | { readonly kind: "idle" }
  | { readonly kind: "life"; readonly workerId: string }
  | { readonly kind: "failed"; readonly message: string; readonly code: ErrorCode | null };

type Said =
  | { readonly kind: "go"; readonly isAlone: boolean; readonly others: OtherParts }
  | { readonly kind: "stop" }
  | { readonly kind: "proved"; readonly workerId: string };

export type PartThreadOptions = { readonly config: Config; readonly databaseUrl: string; readonly log: Log };

export type Part = {
  readonly isAlone: boolean;
  readonly others: OtherParts;
  readonly onSuspects?: () => void;
  readonly onIdle?: () => void;
  /** Whatever it ended of. */
  readonly onEnd: () => void;
};

/** Loading takes a second; what is loaded starts in a fraction of it. */
export type LoadedThread = {
  readonly hasEnded: boolean;
  go(part: Part): PartThread;
  /** It is not needed. */
  discard(): void;
};

export type PartThread = {
  readonly started: Promise<void>;
  /** The id of its lease; null before it has one. */
  readonly workerId: string | null;
  prove(workerId: string): void;
  /** Resolves when it has ended; it is ended when it takes longer. */
  stop(patienceMilliseconds: number): Promise<void>;
};

export function loadThread({ config, databaseUrl, log }: PartThreadOptions): LoadedThread {
  const pulse = createPulse();
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { config, databaseUrl, pulse },
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMegabytes, maxOldGenerationSizeMb: oldGenerationMegabytes },
  });
  const onSilent = () => {
    log.error({ seconds: silenceMilliseconds / 1000 }, "the engine's thread stood still, and is ended");
    void worker.terminate();
  };
  const watch = watchPulse({ pulse, silenceMilliseconds, onSilent });
  let hasEnded = false;
  worker.on("error", (error) => log.error({ err: error }, "the engine's thread failed"));
  worker.once("exit", () => {
    hasEnded = true;
    watch.stop();
  });
  return {
    get hasEnded() {
      return hasEnded;
    },
    go: (part) => startPart(worker, part),
    discard: () => void worker.terminate(),
  };
}

function startPart(worker: Worker, part: Part): PartThread {
  let life: string | null = null;
  const started = new Promise<void>((resolve, reject) => {
    const hear: { [Kind in Told["kind"]]: (told: Extract<Told, { kind: Kind }>) => void } = {
      started: () => resolve(),
      failed: ({ code, message }) => reject(code ? new AppError(code, message) : new InvariantError(message)),
      life: ({ workerId }) => {
        life = workerId;
      },
      suspects: () => part.onSuspects?.(),
      idle: () => part.onIdle?.(),
    };
    worker.on("message", (told: Told) => (hear[told.kind] as (told: Told) => void)(told));
    worker.on("exit", () => reject(new InvariantError("the engine's thread ended before it had started")));
  });
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  void ended.then(part.onEnd);
  const say = (said: Said): void => worker.postMessage(said);
  say({ kind: "go", isAlone: part.isAlone, others: part.others });
  return {
    started,
    get workerId() {
      return life;
    },
    prove: (workerId) => say({ kind: "proved", workerId }),
    async stop(patienceMilliseconds) {
      const impatience = setTimeout(() => void worker.terminate(), patienceMilliseconds);
      say({ kind: "stop" });
      await ended;
      clearTimeout(impatience);
    },
  };
}

const givenSchema = z.object({ config: z.custom<Config>(), databaseUrl: z.string(), pulse: z.custom<Pulse>() });

/** What runs inside the thread. */
function runInside(port: NonNullable<typeof parentPort>): void {
  const { config, databaseUrl, pulse } = givenSchema.parse(workerData);
  keepBeating(pulse);
  const log = createLog(config.log.level);
  const tell = (told: Told): void => port.postMessage(told);
  let starting: Promise<Work | null> = Promise.resolve(null);

  const start = async ({ isAlone, others }: Pick<Part, "isAlone" | "others">): Promise<Work> => {
    const part = {
      ...{ isAlone, others },
      onLife: (workerId: string) => tell({ kind: "life", workerId }),
      onSuspects: () => tell({ kind: "suspects" }),
      onIdle: () => tell({ kind: "idle" }),
    };
    const work = await startWork(config, { databaseUrl, part, log });
    tell({ kind: "started" });
    return work;
  };

  const fail = (thrown: unknown): never => {
    const error = toError(thrown);
    tell({ kind: "failed", message: error.message, code: error instanceof AppError ? error.code : null });
    process.exit(1);
  };

  const hear: { [Kind in Said["kind"]]: (said: Extract<Said, { kind: Kind }>) => void } = {
    go: (said) => {
      starting = start(said).catch(fail);
    },
    stop: () => void starting.then((work) => work?.stop()).finally(() => process.exit(0)),
    proved: ({ workerId }) =>
      void starting
        .then((work) => work?.prove(workerId))
        .catch((error) => log.error({ err: toError(error) }, "what ended a thread is settled later")),
  };
  port.on("message", (said: Said) => (hear[said.kind] as (said: Said) => void)(said));
}

if (parentPort && workerData?.databaseUrl) runInside(parentPort);
