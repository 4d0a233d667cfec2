import { expect, test } from "vitest";
import { catchUpShare, isTooLate, lateMilliseconds, planPace, planTicket } from "../../src/dispatch/plan-pace.ts";

const rates = [1, 2, 7, 39, 40, 41, 50, 165, 199, 200, 201, 255, 333, 401, 500, 999, 1000, 1999, 2000];

test.each(rates)(
  "%i a second: a ticket is worth 25 ms or one message, in whole milliseconds, and adds up to the rate exactly",
  (rate) => {
    const { messagesPerTicket, ticketMilliseconds } = planPace(rate);
    expect(Number.isInteger(ticketMilliseconds)).toBe(true);
    expect(ticketMilliseconds).toBeGreaterThanOrEqual(25);
    expect(messagesPerTicket).toBeGreaterThanOrEqual(1);
    expect((messagesPerTicket / ticketMilliseconds) * 1000).toBeCloseTo(rate, 9);
  },
);

test.each(rates)("%i a second: a ticket lets everything go, in even pieces of 5 ms before the next turn", (rate) => {
  const pace = planPace(rate);
  const { messagesPerTicket, ticketMilliseconds } = pace;
  for (const messages of [Math.floor(messagesPerTicket), Math.ceil(messagesPerTicket) + 1]) {
    const pieces = planTicket(messages, pace);
    expect(pieces.reduce((sum, { count }) => sum + count, 0)).toBe(messages);
    expect(pieces[0]?.afterMilliseconds).toBe(0);
    const counts = pieces.map(({ count }) => count);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    for (const [index, { afterMilliseconds }] of pieces.entries()) {
      const next = pieces[index + 1]?.afterMilliseconds ?? ticketMilliseconds;
      expect(next - afterMilliseconds).toBeCloseTo(ticketMilliseconds / pieces.length, 9);
    }
  }
});

test("a ticket that is worth no whole message yet lets nothing go", () => {
  expect(planTicket(0, planPace(165))).toEqual([]);
});

test.each([
  ["alone", false, 20],
  ["beside other workers", true, 25],
] as const)(
  "%s, what is too late is not sent in this turn: no second holds more than the rate and a batch [D20] [D21] [D38]",
  (_name, isShared, batchMilliseconds) => {
    const late = isShared ? lateMilliseconds.shared : lateMilliseconds.alone;
    expect(isTooLate(late, 2000, isShared)).toBe(false);
    expect(isTooLate(late + 0.1, 2000, isShared)).toBe(true);
    expect(isTooLate(-1, 2000, isShared)).toBe(false);
    expect(late + 1000 * catchUpShare).toBeLessThan(batchMilliseconds);
  },
);

test("a low rate loses none for being late by less than a message", () => {
  for (const isShared of [true, false]) {
    expect(isTooLate(999, 1, isShared)).toBe(false);
    expect(isTooLate(1001, 1, isShared)).toBe(true);
  }
});
