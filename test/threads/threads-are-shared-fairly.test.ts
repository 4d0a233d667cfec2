import { afterEach, expect, test } from "vitest";
import { createThreadPool, ThreadLimit, type ThreadPool, type ThreadPoolOptions } from "../../src/threads/index.ts";
import { until } from "../support/until.ts";
import { type double, type environment, type fail, file, type hoard, type spin, type waitFor } from "./support/work.ts";

const waiting = { tasksOfCallerMax: 3, bytesOfCallerMax: 1_000, bytesMax: 1_500, milliseconds: 10_000 };
const pools: ThreadPool[] = [];

function aPool(options: Partial<ThreadPoolOptions> = {}): ThreadPool {
  const pool = createThreadPool({ threads: 2, megabytesMax: 32, idleMilliseconds: 1_000, waiting, ...options });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.stop();
});

const task = { file, bytes: 8, millisecondsMax: 10_000 };
const doubleOf = (pool: ThreadPool, caller: string, of = 2, bytes = 8) =>
  pool.run<typeof double>({ ...task, caller, name: "double", input: { of }, bytes });

/** A thread that is kept until `open` is called. */
function hold(pool: ThreadPool, caller: string) {
  const gate = new SharedArrayBuffer(4);
  const done = pool.run<typeof waitFor>({ ...task, caller, name: "waitFor", input: { gate } });
  const open = (): Promise<void> => {
    const cell = new Int32Array(gate);
    Atomics.store(cell, 0, 1);
    Atomics.notify(cell, 0);
    return done;
  };
  return { open };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "answered",
    (error: { code?: string }) => error.code ?? String(error),
  );

test("one caller has one thread at a time, and another is served beside", async () => {
  const pool = aPool();
  const busy = hold(pool, "greedy");
  const order: string[] = [];
  const piled = [1, 2, 3].map((of) => doubleOf(pool, "greedy", of).then(() => order.push("greedy")));
  expect(await doubleOf(pool, "honest", 21)).toBe(42);
  expect(order).toEqual([]);
  await busy.open();
  await Promise.all(piled);
  expect(order).toHaveLength(3);
});

test("callers take turns: who comes with one task does not wait for the pile of another", async () => {
  const pool = aPool({ threads: 1 });
  const busy = hold(pool, "somebody");
  const order: string[] = [];
  const ask = (caller: string) => doubleOf(pool, caller).then(() => order.push(caller));
  const asked = [ask("greedy"), ask("greedy"), ask("greedy"), ask("honest")];
  await busy.open();
  await Promise.all(asked);
  expect(order).toEqual(["greedy", "honest", "greedy", "greedy"]);
});

test("what waits is bounded for a caller by number and bytes, and together by bytes: over that is RATE_LIMITED", async () => {
  const pool = aPool({ threads: 1 });
  const busy = hold(pool, "somebody");
  const accepted = [1, 2, 3].map(() => doubleOf(pool, "many"));
  expect(await codeOf(doubleOf(pool, "many"))).toBe("RATE_LIMITED");
  expect(await codeOf(doubleOf(pool, "large", 2, 1_001))).toBe("RATE_LIMITED");
  accepted.push(doubleOf(pool, "large", 2, 900));
  expect(await codeOf(doubleOf(pool, "another", 2, 900))).toBe("RATE_LIMITED");
  accepted.push(doubleOf(pool, "another", 2, 500));
  await busy.open();
  expect(await Promise.all(accepted)).toEqual([4, 4, 4, 4, 4]);
});

test("who waits too long for a thread is RATE_LIMITED, and their task is not done", async () => {
  const pool = aPool({ threads: 1, waiting: { ...waiting, milliseconds: 50 } });
  const busy = hold(pool, "somebody");
  expect(await codeOf(doubleOf(pool, "patient"))).toBe("RATE_LIMITED");
  await busy.open();
  expect(await doubleOf(pool, "patient")).toBe(4);
});

test("a task is ended at its limit of time or memory, and the pool goes on", async () => {
  const pool = aPool();
  // It sleeps: the clock ends it.
  const idle = pool.run<typeof waitFor>({
    ...{ ...task, caller: "c", name: "waitFor", millisecondsMax: 50 },
    input: { gate: new SharedArrayBuffer(4) },
  });
  await expect(idle).rejects.toBeInstanceOf(ThreadLimit);
  const long = pool.run<typeof spin>({
    ...task,
    caller: "a",
    name: "spin",
    input: { milliseconds: 60_000 },
    millisecondsMax: 500,
  });
  await expect(long).rejects.toBeInstanceOf(ThreadLimit);
  await expect(pool.run<typeof hoard>({ ...task, caller: "b", name: "hoard", input: null as never })).rejects.toBeInstanceOf(
    ThreadLimit,
  );
  expect(await doubleOf(pool, "a")).toBe(4);
});

test("what a task throws reaches its caller, and a thread knows nothing of the process's environment", async () => {
  const pool = aPool();
  await expect(pool.run<typeof fail>({ ...task, caller: "a", name: "fail", input: null as never })).rejects.toThrow(
    "as it should",
  );
  expect(await pool.run<typeof environment>({ ...task, caller: "a", name: "environment", input: null as never })).toEqual([]);
});

test("threads without work end", async () => {
  const pool = aPool({ idleMilliseconds: 10 });
  const before = process.getActiveResourcesInfo().length;
  expect(await doubleOf(pool, "a")).toBe(4);
  await until("its thread ended", () => Promise.resolve(process.getActiveResourcesInfo().length <= before));
});
