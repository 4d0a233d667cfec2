import { expect, test } from "vitest";
import {
  bunchMilliseconds,
  dropLateSlots,
  lateMilliseconds,
  planPace,
  resumeSlots,
  takeSlot,
} from "../../src/dispatch/plan-pace.ts";

const rates = [1, 2, 7, 50, 165, 199, 200, 201, 255, 333, 401, 500, 999, 1000, 1999, 2000];

test.each(rates)("%i a second: slices of 5 ms worth, rounded up, at intervals that add up to the rate exactly", (rate) => {
  const { slice, intervalMilliseconds, lookAhead } = planPace(rate, false);
  expect((slice / intervalMilliseconds) * 1000).toBeCloseTo(rate, 9);
  expect(slice).toBe(Math.ceil(rate * 0.005));
  expect(lookAhead).toBeGreaterThanOrEqual(2);
  // Bottleneck manages about 430 jobs a second; half of that leaves room for a busy machine.
  expect(1000 / intervalMilliseconds).toBeLessThanOrEqual(200.001);
});

test.each(rates)(
  "%i a second over several workers: a ticket is worth 25 ms or one message, in whole milliseconds, and adds up to the rate exactly",
  (rate) => {
    const { messagesPerTicket, ticketMilliseconds, lookAhead } = planPace(rate, true);
    expect(Number.isInteger(ticketMilliseconds)).toBe(true);
    expect(ticketMilliseconds).toBeGreaterThanOrEqual(25);
    expect(messagesPerTicket).toBeGreaterThanOrEqual(1);
    expect((messagesPerTicket / ticketMilliseconds) * 1000).toBeCloseTo(rate, 9);
    expect(lookAhead).toBeGreaterThanOrEqual(2);
  },
);

const onTime = { nextSlot: 1000, owedMilliseconds: 0 };

test("slices that are ready in time leave at their slots, not before", () => {
  const first = takeSlot(onTime, 990, 5);
  expect(first).toEqual({ slot: 1000, nextSlot: 1005, owedMilliseconds: 0 });
  expect(takeSlot(first, 1004, 5)).toEqual({ slot: 1005, nextSlot: 1010, owedMilliseconds: 0 });
});

test("a short delay is made good at once, a longer one by a four-hundredth of the rate, and never more than a second of it [D21]", () => {
  expect(takeSlot(onTime, 1000 + bunchMilliseconds, 5)).toMatchObject({ nextSlot: 1005, owedMilliseconds: 0 });
  const late = takeSlot(onTime, 1100, 5);
  expect(late).toMatchObject({ slot: 1094, nextSlot: 1094 + 5 - 0.0125 });
  expect(late.owedMilliseconds).toBeCloseTo(94 - 0.0125, 9);
  expect(takeSlot(onTime, 61_000, 5).owedMilliseconds).toBeLessThanOrEqual(1000);
});

test("a time with nothing to send is not owed", () => {
  const idle = resumeSlots(onTime, 31_000);
  expect(idle).toEqual({ nextSlot: 31_000 - bunchMilliseconds, owedMilliseconds: 0 });
  expect(takeSlot(idle, 31_000, 5).owedMilliseconds).toBe(0);
});

test("beside other workers, slots for which it is too late are dropped, and a low rate loses none for being a little late [D21]", () => {
  expect(dropLateSlots(1000, 1000 + lateMilliseconds, 5)).toEqual({ nextSlot: 1000, dropped: 0 });
  expect(dropLateSlots(1000, 1000 + lateMilliseconds + 12, 5)).toEqual({ nextSlot: 1010, dropped: 2 });
  expect(dropLateSlots(1000, 1500, 5).dropped).toBe(99);
  expect(dropLateSlots(1000, 1040, 1000)).toEqual({ nextSlot: 1000, dropped: 0 });
  expect(dropLateSlots(1000, 900, 5)).toEqual({ nextSlot: 1000, dropped: 0 });
});

test.each(rates)(
  "%i a second: however the process stumbles, no second of slots holds more than the rate and 20 ms worth [D20] [D21]",
  (rate) => {
    const { slice, intervalMilliseconds } = planPace(rate, false);
    const released: number[] = [];
    let slots = { nextSlot: 0, owedMilliseconds: 0 };
    let now = 0;
    for (let step = 0; step < 4000; step += 1) {
      // Every seventh slice comes late, by up to 40 ms.
      if (step % 7 === 0) now += (step * 13) % 40;
      const { slot, ...next } = takeSlot(slots, now, intervalMilliseconds);
      slots = next;
      now = Math.max(now, slot);
      released.push(now);
    }
    let start = 0;
    let worst = 0;
    for (const [end, at] of released.entries()) {
      while (at - (released[start] ?? 0) >= 1000) start += 1;
      worst = Math.max(worst, (end - start + 1) * slice);
    }
    expect(worst).toBeLessThanOrEqual(rate + Math.max(1, Math.ceil(rate * 0.02)));
  },
);
