import { fileURLToPath } from "node:url";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { Piscina } from "piscina";
import { limited, toError } from "../base/index.ts";
import { FairQueue } from "./fair-queue.ts";
import { type Entry, entryFile, runTask } from "./thread-entry.ts";
import { ThreadLimit } from "./thread-limit.ts";

export type ThreadPoolOptions = {
  readonly threads: number;
  /** Of the heap of one thread. */
  readonly megabytesMax: number;
  /** A thread without work ends after this time. */
  readonly idleMilliseconds: number;
  /** Of tasks that wait for a thread. */
  readonly waiting: {
    readonly tasksOfCallerMax: number;
    readonly bytesOfCallerMax: number;
    readonly bytesMax: number;
    readonly milliseconds: number;
  };
};

// biome-ignore lint/suspicious/noExplicitAny: only `any` lets a function with an argument of any type be named here.
export type Work = (input: any) => unknown;

export type ThreadTask<W extends Work> = {
  /** The actor who asked: callers take turns, and each has one thread at a time. */
  readonly caller: string;
  /** `import.meta.url` of the module that exports the function, and the name under which it does. */
  readonly file: string;
  readonly name: string;
  /** Copied, as `structuredClone` does. */
  readonly input: Parameters<W>[0];
  /** What the input takes in memory, about. */
  readonly bytes: number;
  /** Of the processor's time, and four times as much by the clock; waiting for a thread does not count. */
  readonly millisecondsMax: number;
};

export type ThreadPool = {
  /**
   * Runs a function of a module on a thread. Rejects with RATE_LIMITED when too much waits already or no thread was
   * free in time, and with `ThreadLimit` when the function was ended at a limit. What the function throws comes back as a
   * plain error: it returns what its caller is to know.
   */
  run<W extends Work>(task: ThreadTask<W>): Promise<Awaited<ReturnType<W>>>;
  stop(): Promise<void>;
};

type Waiting = {
  readonly task: ThreadTask<Work>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (fault: Error) => void;
  readonly patience: NodeJS.Timeout;
};

/** How much lower than that of the main thread a thread's priority is, on Linux. */
const niceIncrement = 5;
const retryAfterSeconds = 5;

/** A few threads and a queue before them, in which callers take turns. Threads are started when there is work. */
export function createThreadPool(options: ThreadPoolOptions): ThreadPool {
  const queue = new FairQueue<Waiting>();
  const working = new Set<string>();
  let threads: Piscina | null = null;

  const startWaiting = (): void => {
    while (working.size < options.threads) {
      const next = queue.take((caller) => !working.has(caller));
      if (!next) return;
      void start(next);
    }
  };

  const start = async ({ task, resolve, reject, patience }: Waiting): Promise<void> => {
    clearTimeout(patience);
    working.add(task.caller);
    threads ??= startThreads(options);
    await runWithin(threads, task).then(resolve, reject);
    working.delete(task.caller);
    startWaiting();
  };

  const giveUp = (waiting: Waiting): void => {
    clearTimeout(waiting.patience);
    queue.remove(waiting.task.caller, waiting);
    waiting.reject(tooMuchWaits());
  };

  const enqueue = (task: ThreadTask<Work>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const patience = setTimeout(() => giveUp(waiting), options.waiting.milliseconds);
      const waiting: Waiting = { task, resolve, reject, patience };
      queue.add(task.caller, waiting);
      startWaiting();
    });

  return {
    async run<W extends Work>(task: ThreadTask<W>): Promise<Awaited<ReturnType<W>>> {
      requireRoom(queue, task, options.waiting);
      const answer = await enqueue(task);
      return answer as Awaited<ReturnType<W>>;
    },
    async stop() {
      for (const waiting of queue.items()) giveUp(waiting);
      await threads?.destroy();
      threads = null;
    },
  };
}

function startThreads({ threads, megabytesMax, idleMilliseconds }: ThreadPoolOptions): Piscina {
  return new Piscina({
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: idleMilliseconds,
    concurrentTasksPerWorker: 1,
    recordTiming: false,
    niceIncrement,
    // What a thread works on was written by strangers: it finds no secret in its environment.
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: megabytesMax },
  });
}

async function runWithin(threads: Piscina, { file, name, input, millisecondsMax }: ThreadTask<Work>): Promise<unknown> {
  const ending = new AbortController();
  const { port1, port2 } = new MessageChannel();
  const watch = watchProcessorTime(threads, port1, { millisecondsMax, end: () => ending.abort() });
  const entry: Entry = { file, name, input, port: port2 };
  const options = { filename: fileURLToPath(entryFile), name: runTask.name, transferList: [port2], signal: ending.signal };
  try {
    return await threads.run(entry, options);
  } catch (error) {
    throw ending.signal.aborted || isOutOfMemory(error) ? new ThreadLimit() : toError(error);
  } finally {
    watch.stop();
  }
}

const lookEveryMilliseconds = 100;
/** Of the clock, for a thread that sleeps, or a machine on which it hardly gets a turn. */
const clockFactor = 4;

type Limit = { readonly millisecondsMax: number; readonly end: () => void };

/**
 * Ends a task by what its thread took of the processor: on a busy machine an honest task takes long by the clock. `port`
 * tells which thread it is.
 */
function watchProcessorTime(threads: Piscina, port: MessagePort, { millisecondsMax, end }: Limit): { stop(): void } {
  let usedMilliseconds: (() => Promise<number>) | null = null;
  port.once("message", async (id: number) => {
    const thread = threads.threads.find(({ threadId }) => threadId === id);
    const before = await thread?.cpuUsage().catch(() => undefined);
    if (!thread || !before) return;
    usedMilliseconds = async () => {
      const { user, system } = await thread.cpuUsage(before);
      return (user + system) / 1_000;
    };
  });
  const look = async (): Promise<void> => {
    // A thread that has just ended has nothing to tell.
    const used = await usedMilliseconds?.().catch(() => 0);
    if (used !== undefined && used > millisecondsMax) end();
  };
  const looking = setInterval(() => void look(), lookEveryMilliseconds);
  const impatience = setTimeout(end, clockFactor * millisecondsMax);
  return {
    stop: () => {
      clearInterval(looking);
      clearTimeout(impatience);
      port.close();
    },
  };
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}

function requireRoom(queue: FairQueue<Waiting>, task: ThreadTask<Work>, waiting: ThreadPoolOptions["waiting"]): void {
  const own = queue.itemsOf(task.caller);
  if (
    own.length >= waiting.tasksOfCallerMax ||
    bytesOf(own) + task.bytes > waiting.bytesOfCallerMax ||
    bytesOf(queue.items()) + task.bytes > waiting.bytesMax
  )
    throw tooMuchWaits();
}

function bytesOf(items: readonly Waiting[]): number {
  return items.reduce((sum, { task }) => sum + task.bytes, 0);
}

function tooMuchWaits(): Error {
  return limited("RATE_LIMITED", "Too much is being checked and compiled at once: try again in a moment.", { retryAfterSeconds });
}
