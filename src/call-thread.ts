import { Worker } from "node:worker_threads";
import type { CallWorker, CarriedAnswer, Spend } from "./api/index.ts";
import { type AppError, type Log, unavailable } from "./base/index.ts";
import { brokeOff, type FromThread, type ToThread, toAppError, toFault } from "./call-messages.ts";
import type { Inside } from "./call-thread-inside.ts";
import type { Config } from "./config.ts";
import { createPulse, watchPulse } from "./threads/index.ts";

/** With what lives beside it, the process stays under 1 GB while a body of 64 MB is worked on and two more wait. */
const oldGenerationMegabytes = 224;
const youngGenerationMegabytes = 16;
/** Nobody waits for an answer for that long. */
const silenceMilliseconds = 60_000;
/** What it had was answered by then; only what is being accepted is waited for. */
const stopMilliseconds = 10_000;

/** From the sources, Node.js cannot read the decorators by itself. */
const isCompiled = import.meta.filename.endsWith(".js");
const entry = new URL(isCompiled ? "./call-thread-entry.js" : "./call-thread-entry.ts", import.meta.url);
const compiling = isCompiled ? {} : { execArgv: ["--import", "tsx"] };

export type CallThreadOptions = {
  /** As it is when the thread is started. */
  readonly config: () => Config;
  readonly databaseUrl: string;
  readonly spend: Spend;
  readonly log: Log;
};

type Waiting = { readonly resolve: (answer: CarriedAnswer) => void; readonly reject: (error: Error) => void };
type Thread = { readonly worker: Worker; readonly calls: Map<string, Waiting> };

/**
 * What would keep the server's loop is answered on a thread of its own, with the same doors: started by the first such call, and
 * kept. When it ends, the calls in it break off, and the next one starts it again (docs/decisions/0021).
 */
export function createCallThread(options: CallThreadOptions): CallWorker {
  let thread: Thread | null = null;
  let isStopped = false;
  /** Which thread has what came of a call's body. What began on one that ended is of no use to the next. */
  const homes = new Map<string, Thread>();

  const launch = (): Thread => {
    const launched = launchThread(options);
    launched.worker.once("exit", () => {
      if (thread === launched) thread = null;
    });
    return launched;
  };

  return {
    bring(requestId, piece) {
      if (isStopped) return;
      thread ??= launch();
      const home = homes.get(requestId) ?? thread;
      homes.set(requestId, home);
      say(home.worker, { kind: "piece", requestId, piece }, [piece.buffer]);
    },
    forget(requestId) {
      const home = homes.get(requestId);
      homes.delete(requestId);
      if (home) say(home.worker, { kind: "forget", requestId });
    },
    async answer(call) {
      if (isStopped) throw unavailable("SHUTTING_DOWN", "The server is stopping. Send the call again with the same requestId.");
      const home = homes.get(call.requestId);
      homes.delete(call.requestId);
      if (!home || home !== thread) throw brokeOff();
      const { worker, calls } = home;
      return new Promise((resolve, reject) => {
        calls.set(call.requestId, { resolve, reject });
        say(worker, { kind: "call", call });
      });
    },
    async stop() {
      isStopped = true;
      if (!thread) return;
      const { worker } = thread;
      const ended = new Promise((resolve) => worker.once("exit", resolve));
      const impatience = setTimeout(() => void worker.terminate(), stopMilliseconds);
      say(worker, { kind: "stop" });
      await ended;
      clearTimeout(impatience);
    },
  };
}

function launchThread({ config, databaseUrl, spend, log }: CallThreadOptions): Thread {
  const pulse = createPulse();
  const workerData: Inside = { config: config(), databaseUrl, pulse };
  const resourceLimits = { maxOldGenerationSizeMb: oldGenerationMegabytes, maxYoungGenerationSizeMb: youngGenerationMegabytes };
  const worker = new Worker(entry, { workerData, resourceLimits, ...compiling });
  const calls = new Map<string, Waiting>();
  let why: AppError = brokeOff();
  const watch = watchPulse({
    pulse,
    silenceMilliseconds,
    onSilent: () => {
      log.error({ seconds: silenceMilliseconds / 1000 }, "the thread of large calls stood still, and is ended");
      void worker.terminate();
    },
  });
  worker.on("message", (told: FromThread) => {
    if (told.kind === "spend") void answerSpend(worker, told, spend);
    else if (told.kind === "failed") why = told.fault ? toAppError(told.fault) : why;
    else settle(calls, told);
  });
  worker.on("error", (error) => log.error({ err: error }, "the thread of large calls failed; the next call starts it again"));
  worker.on("exit", () => {
    watch.stop();
    for (const { reject } of calls.values()) reject(why);
  });
  return { worker, calls };
}

type Settled = Extract<FromThread, { readonly kind: "answer" | "broke-off" }>;

function settle(calls: Map<string, Waiting>, told: Settled): void {
  const waiting = calls.get(told.requestId);
  calls.delete(told.requestId);
  if (told.kind === "answer") waiting?.resolve(told.answer);
  else waiting?.reject(brokeOff());
}

type Asked = Extract<FromThread, { readonly kind: "spend" }>;

async function answerSpend(worker: Worker, { id, who, cost }: Asked, spend: Spend): Promise<void> {
  const fault = await spend(who, cost).then(() => null, toFault);
  say(worker, { kind: "spent", id, fault });
}

function say(worker: Worker, told: ToThread, given: readonly ArrayBuffer[] = []): void {
  worker.postMessage(told, [...given]);
}
