import { expect, test } from "vitest";
import { createBatchBook } from "../../src/dispatch/batch-book.ts";
import { closestOffset } from "../../src/dispatch/database-clock.ts";
import { createFairQueue } from "../../src/dispatch/fair-queue.ts";

const items = (name: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${name}${index}`);

test("urgent lanes go before all others, however long these have waited [D18]", () => {
  const queue = createFairQueue<string>();
  queue.push("marketing", false, items("m", 100));
  queue.push("reset", true, items("r", 3));
  expect(queue.take(5)).toEqual(["r0", "r1", "r2", "m0", "m1"]);
});

test("equal lanes take turns, so a short one never waits for the whole of a long one [D18]", () => {
  const queue = createFairQueue<string>();
  queue.push("long", false, items("l", 1000));
  queue.push("short", false, items("s", 10));
  expect(queue.take(20).filter((item) => item.startsWith("s"))).toHaveLength(10);
});

test("within a lane the order is kept and nothing is lost or doubled", () => {
  const queue = createFairQueue<string>();
  queue.push("a", false, items("a", 35));
  queue.push("b", false, items("b", 12));
  queue.push("a", false, items("c", 5));
  expect(queue.size).toBe(52);
  const taken: string[] = [];
  while (queue.size > 0) taken.push(...queue.take(7));
  expect(taken.filter((item) => item.startsWith("b"))).toEqual(items("b", 12));
  expect(taken.filter((item) => !item.startsWith("b"))).toEqual([...items("a", 35), ...items("c", 5)]);
});

test("draining empties it; an empty push adds no lane", () => {
  const queue = createFairQueue<string>();
  queue.push("a", true, []);
  queue.push("b", false, items("b", 3));
  expect(queue.drain()).toEqual(items("b", 3));
  expect(queue.size).toBe(0);
  expect(queue.take(10)).toEqual([]);
});

test("a batch is finished with the outcome of its last message, and stays known until forgotten", () => {
  const book = createBatchBook();
  const row = (batchId: string) => ({ id: "m", batchId, bytes: 10 });
  book.claim([row("one"), row("one"), row("two")]);
  expect(book.settle([row("one"), row("two")])).toEqual(["two"]);
  expect(book.settle([row("one")])).toEqual(["one"]);
  expect(book.has("one")).toBe(true);
  book.forget(["one", "two"]);
  expect(book.has("one")).toBe(false);
});

test("the book knows how much data the worker holds: less with each outcome, and nothing of what was given up", () => {
  const book = createBatchBook();
  book.claim([
    { batchId: "one", bytes: 100 },
    { batchId: "one", bytes: 300 },
    { batchId: "two", bytes: 50 },
  ]);
  expect(book.bytes).toBe(450);
  book.settle([{ id: "a", batchId: "one" }]);
  expect(book.bytes).toBe(250);
  book.forget(["two"]);
  expect(book.bytes).toBe(200);
  book.settle([
    { id: "b", batchId: "one" },
    { id: "c", batchId: "gone" },
  ]);
  expect(book.bytes).toBe(0);
});

test("what is rendered counts until its own message is settled or given up", () => {
  const book = createBatchBook();
  book.claim(["a", "b", "c"].map(() => ({ batchId: "one", bytes: 1 })));
  book.render("campaign", { id: "a", batchId: "one" }, 1000);
  book.render("campaign", { id: "b", batchId: "one" }, 500);
  book.settle([{ id: "c", batchId: "one" }]);
  expect(book.rendered).toBe(1500);
  book.settle([{ id: "a", batchId: "one" }]);
  expect([book.rendered, book.hasRendered("campaign")]).toEqual([500, true]);
  book.forget(["one"]);
  expect([book.rendered, book.hasRendered("campaign")]).toEqual([0, false]);
});

test("late outcomes of a batch that was given up do not finish it: by its row its other messages are recovered [D32] [D33]", () => {
  const book = createBatchBook();
  book.claim([
    { batchId: "lost", bytes: 1 },
    { batchId: "lost", bytes: 1 },
  ]);
  book.forget(["lost"]);
  expect(book.settle([{ id: "a", batchId: "lost" }])).toEqual([]);
});

test("the database's clock is corrected only as far as an answer proves it wrong", () => {
  expect(closestOffset(Number.NaN, 10, 20)).toBe(15);
  expect(closestOffset(12, 10, 20)).toBe(12);
  expect(closestOffset(5, 10, 20)).toBe(10);
  expect(closestOffset(25, 10, 20)).toBe(20);
});
