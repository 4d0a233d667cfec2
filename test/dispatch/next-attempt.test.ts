import fc from "fast-check";
import { expect, test } from "vitest";
import { type AttemptState, nextAttempt } from "../../src/dispatch/next-attempt.ts";
import { cases, random } from "../support/random-cases.ts";

const state: AttemptState = { attempts: 1, ageSeconds: 0, retryPeriodSeconds: 86_400, onUncertain: "RESEND", random: 0.5 };
const deferred = { kind: "deferred", reason: "busy" } as const;
const unknown = { kind: "unknown", reason: "cut" } as const;

test("what was taken is SENT with the provider's id", () => {
  const settled = nextAttempt({ kind: "sent", providerMessageId: "id" }, state);
  expect(settled).toEqual({ status: "SENT", delaySeconds: 0, error: null, errorCode: null, providerMessageId: "id" });
});

test("what was refused is FAILED with the provider's words, at the first attempt [D15]", () => {
  const settled = nextAttempt({ kind: "rejected", reason: "550 no", code: "550" }, state);
  expect(settled).toEqual({ status: "FAILED", delaySeconds: 0, error: "550 no", errorCode: "550", providerMessageId: null });
});

test("what may have been taken is UNCERTAIN under HOLD and tried again under RESEND [D12] [D13]", () => {
  expect(nextAttempt(unknown, { ...state, onUncertain: "HOLD" })).toMatchObject({ status: "UNCERTAIN", error: "cut" });
  expect(nextAttempt(unknown, state)).toMatchObject({ status: "QUEUED", delaySeconds: 2, error: "cut" });
});

test("HOLD never holds what surely was not taken", () => {
  expect(nextAttempt(deferred, { ...state, onUncertain: "HOLD" })).toMatchObject({ status: "QUEUED" });
});

test.each([
  [1, 2],
  [2, 4],
  [3, 8],
  [9, 512],
  [10, 900],
  [1000, 900],
])("retry %i comes after %i s [D15]", (attempts, seconds) => {
  expect(nextAttempt(deferred, { ...state, attempts }).delaySeconds).toBe(seconds);
});

test("retries of messages that failed together are spread by a quarter to either side [D15]", () => {
  expect(nextAttempt(deferred, { ...state, random: 0 }).delaySeconds).toBe(1.5);
  expect(nextAttempt(deferred, { ...state, random: 1 }).delaySeconds).toBe(2.5);
});

test("the provider's own retry-after is a lower bound", () => {
  expect(nextAttempt({ ...deferred, retryAfterSeconds: 60 }, state).delaySeconds).toBe(60);
  expect(nextAttempt({ ...deferred, retryAfterSeconds: 1 }, state).delaySeconds).toBe(2);
});

test("a retry that would fall outside the retry period is FAILED, and says after how many attempts and why [D15]", () => {
  const late = { ...state, attempts: 3, ageSeconds: 593, retryPeriodSeconds: 600 };
  expect(nextAttempt(deferred, late)).toMatchObject({
    status: "FAILED",
    error: "Given up after 3 attempts within the retry period: busy",
  });
  expect(nextAttempt(deferred, { ...late, ageSeconds: 592 }).status).toBe("QUEUED");
});

test("what may have been taken is never given up as FAILED: at the end of the retry period it is UNCERTAIN [D12] [D15]", () => {
  const late = { ...state, attempts: 3, ageSeconds: 593, retryPeriodSeconds: 600 };
  expect(nextAttempt({ ...unknown, code: "ECONNRESET" }, late)).toMatchObject({
    status: "UNCERTAIN",
    error: "Given up after 3 attempts within the retry period: cut",
    errorCode: "ECONNRESET",
  });
});

test(
  "whatever the outcome and however often: a delay only for QUEUED, never above 19 minutes, an error unless SENT",
  random,
  () => {
    const outcome = fc.oneof(
      fc.record({ kind: fc.constant("sent" as const), providerMessageId: fc.option(fc.string()) }),
      fc.record({ kind: fc.constantFrom("deferred" as const, "rejected" as const, "unknown" as const), reason: fc.string() }),
    );
    const anyState = fc.record({
      attempts: fc.integer({ min: 1, max: 32_000 }),
      ageSeconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
      retryPeriodSeconds: fc.integer({ min: 600, max: 302_400 }),
      onUncertain: fc.constantFrom("RESEND" as const, "HOLD" as const),
      random: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(outcome, anyState, (given, at) => {
        const settled = nextAttempt(given, at);
        expect(settled.delaySeconds > 0).toBe(settled.status === "QUEUED");
        expect(settled.delaySeconds).toBeLessThanOrEqual(1125);
        expect(settled.error === null).toBe(settled.status === "SENT");
        if (given.kind === "unknown") expect(settled.status).not.toBe("FAILED");
        if (settled.status === "QUEUED") expect(at.ageSeconds + settled.delaySeconds).toBeLessThanOrEqual(at.retryPeriodSeconds);
      }),
      cases,
    );
  },
);

test("the provider's code is kept over every attempt, and of one that is given up the last", () => {
  const busy = { ...deferred, code: "4.2.1" };
  expect(nextAttempt(busy, state)).toMatchObject({ status: "QUEUED", errorCode: "4.2.1" });
  expect(nextAttempt(busy, { ...state, ageSeconds: 90_000 })).toMatchObject({ status: "FAILED", errorCode: "4.2.1" });
  expect(nextAttempt({ ...unknown, code: "ECONNRESET" }, { ...state, onUncertain: "HOLD" })).toMatchObject({
    ...{ status: "UNCERTAIN", errorCode: "ECONNRESET" },
  });
  expect(nextAttempt(deferred, state)).toMatchObject({ errorCode: null });
});
