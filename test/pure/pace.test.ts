import { expect, test } from "vitest";
import { createPace } from "../../src/api/pace.ts";

test("a pace lets its burst go at once, then the rest in its own time, and gives back what was not used", () => {
  const pace = createPace({ perSecond: 100, burst: 3 });
  expect([0, 0, 0, 0, 0].map((now) => pace.take(now))).toEqual([0, 0, 0, 10, 20]);
  expect(pace.take(1000)).toBe(0);
  expect([1000, 1000, 1000].map((now) => pace.take(now))).toEqual([0, 0, 10]);
});

test("what weighs more takes as many places, and is waited for by what comes after it", () => {
  const pace = createPace({ perSecond: 10, burst: 1 });
  expect([pace.take(0, 5), pace.take(0), pace.take(0)]).toEqual([0, 500, 600]);
});
