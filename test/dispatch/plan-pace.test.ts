import { expect, test } from "vitest";
import {
  bunchMilliseconds,
  catchUpShare,
  isTooLate,
  lateMilliseconds,
  planPace,
  planTicket,
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
  const slot = 1100 - bunchMilliseconds;
  expect(late).toMatchObject({ slot, nextSlot: slot + 5 - 0.0125 });
  expect(late.owedMilliseconds).toBeCloseTo(slot - 1000 - 0.0125, 9);
  expect(takeSlot(onTime, 61_000, 5).owedMilliseconds).toBeLessThanOrEqual(1000);
});

test("a time with nothing to send is not owed", () => {
  const idle = resumeSlots(onTime, 31_000);
  expect(idle).toEqual({ nextSlot: 31_000 - bunchMilliseconds, owedMilliseconds: 0 });
  expect(takeSlot(idle, 31_000, 5).owedMilliseconds).toBe(0);
});

test.each(rates)(
  "%i a second over several workers: a ticket lets everything go, in even pieces of 5 ms before the next turn",
  (rate) => {
    const { messagesPerTicket, ticketMilliseconds } = planPace(rate, true);
    for (const messages of [Math.floor(messagesPerTicket), Math.ceil(messagesPerTicket) + 1]) {
      const pieces = planTicket(messages, ticketMilliseconds);
      expect(pieces.reduce((sum, { count }) => sum + count, 0)).toBe(messages);
      expect(pieces[0]?.afterMilliseconds).toBe(0);
      const counts = pieces.map(({ count }) => count);
      expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      const gaps = pieces.map(
        ({ afterMilliseconds }, index) => (pieces[index + 1]?.afterMilliseconds ?? ticketMilliseconds) - afterMilliseconds,
      );
      for (const gap of gaps) expect(gap).toBeCloseTo(ticketMilliseconds / pieces.length, 9);
    }
  },
);

test("a ticket that is worth no whole message yet lets nothing go", () => {
  expect(planTicket(0, 25)).toEqual([]);
});

test("beside other workers, what is too late is not sent in this turn, and a low rate loses none for being a little late [D21]", () => {
  expect(isTooLate(lateMilliseconds, 5)).toBe(false);
  expect(isTooLate(lateMilliseconds + 0.1, 5)).toBe(true);
  expect(isTooLate(-1, 5)).toBe(false);
  expect(isTooLate(40, 1000)).toBe(false);
  expect(isTooLate(1001, 1000)).toBe(true);
});

test("what a second holds too much while everybody is late, and what is made good in it, are less than a ticket [D38]", () => {
  const { ticketMilliseconds } = planPace(2000, true);
  expect(lateMilliseconds + 1000 * catchUpShare).toBeLessThan(ticketMilliseconds);
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
