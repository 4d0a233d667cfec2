import { expect, test } from "vitest";
import { smtpOutcome } from "../../src/channels/transports/smtp-outcome.ts";

const fault = (code: string, responseCode?: number, response?: string): Error =>
  Object.assign(new Error("nodemailer's words"), { code, ...(responseCode ? { responseCode, response } : {}) });

test.each([
  ["a recipient refused for good", fault("EENVELOPE", 550, "550 no such user"), false, "rejected"],
  ["a recipient refused for now", fault("EENVELOPE", 450, "450 busy"), false, "deferred"],
  ["a body refused for good", fault("EMESSAGE", 554, "554 spam"), true, "rejected"],
  ["a body refused for now", fault("EMESSAGE", 452, "452 full"), true, "deferred"],
  ["a wrong password", fault("EAUTH", 535, "535 bad credentials"), false, "deferred"],
  ["a greeting that refuses", fault("EPROTOCOL", 554, "554 not today"), false, "deferred"],
  ["no connection", fault("ECONNECTION"), false, "deferred"],
  ["no TLS", fault("ETLS"), false, "deferred"],
  ["a connection cut before the body", fault("ECONNECTION"), false, "deferred"],
  ["a connection cut after the body began", fault("ECONNECTION"), true, "unknown"],
  ["no answer to the final dot", fault("ETIMEDOUT"), true, "unknown"],
])("%s is %s [D14] [D16]", (_name, error, bodyStarted, kind) => {
  expect(smtpOutcome(error, bodyStarted)).toMatchObject({ kind });
});

test("the reason is what the server said, else what happened", () => {
  expect(smtpOutcome(fault("EENVELOPE", 550, "550 5.1.1 No such user"), false)).toMatchObject({
    reason: "550 5.1.1 No such user",
  });
  expect(smtpOutcome(fault("ECONNECTION"), false)).toMatchObject({ reason: "nodemailer's words" });
});

test("a reason is text that can be stored: no NUL, no control characters, at most 1,000 characters", () => {
  const { reason } = smtpOutcome(fault("EENVELOPE", 550, `550 \0a\u0007b\ud800${"x".repeat(5000)}`), false) as { reason: string };
  expect(reason).toMatch(/^550 +a +b/);
  expect(reason.isWellFormed()).toBe(true);
  expect(reason.length).toBe(1000);
});
