import { expect, test } from "vitest";
import { createEventQueue } from "../../src/reports/event-queue.ts";

test("events come out in their order; what is dropped is the oldest, and the next one says how many", () => {
  const queue = createEventQueue<number>(3);
  for (const item of [1, 2, 3]) queue.push(item);
  expect([queue.take(), queue.take()]).toEqual([
    { item: 1, missed: 0 },
    { item: 2, missed: 0 },
  ]);
  for (const item of [4, 5, 6, 7]) queue.push(item);
  expect(queue.isBehind()).toBe(true);
  expect([queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([
    { item: 5, missed: 2 },
    { item: 6, missed: 0 },
    { item: 7, missed: 0 },
    null,
  ]);
  expect([queue.isBehind(), queue.hasRoomFor(3), queue.hasRoomFor(4)]).toEqual([false, true, false]);
});

test("whatever is pushed and taken, everything is either told or counted as missed", () => {
  const queue = createEventQueue<number>(50);
  let [pushed, told, missed] = [0, 0, 0];
  const take = (): boolean => {
    const next = queue.take();
    if (!next) return false;
    told += 1;
    missed += next.missed;
    expect(next.item).toBe(told + missed);
    return true;
  };
  for (let round = 0; round < 500; round += 1) {
    for (let count = 0; count < (round * 37) % 90; count += 1) {
      pushed += 1;
      queue.push(pushed);
    }
    for (let count = 0; count < (round * 53) % 70; count += 1) take();
  }
  while (take());
  expect(told + missed).toBe(pushed);
});
