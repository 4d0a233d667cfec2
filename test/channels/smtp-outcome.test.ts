import { expect, test } from "vitest";
import { smtpOutcome } from "../../src/channels/providers/smtp/smtp-outcome.ts";

type Fault = { readonly code: string; readonly reply?: string; readonly originalCode?: string };

function fault({ code, reply, originalCode }: Fault): Error {
  const replied = reply ? { responseCode: Number(reply.slice(0, 3)), response: reply } : {};
  return Object.assign(new Error("nodemailer's words"), { code, ...replied, ...(originalCode ? { originalCode } : {}) });
}

const refused: Fault = { code: "ESOCKET", originalCode: "ECONNREFUSED" };

test.each<[string, Fault, boolean, string]>([
  ["a recipient refused for good", { code: "EENVELOPE", reply: "550 no such user" }, false, "rejected"],
  ["a recipient refused for now", { code: "EENVELOPE", reply: "450 busy" }, false, "deferred"],
  ["a body refused for good", { code: "EMESSAGE", reply: "554 spam" }, true, "rejected"],
  ["a body refused for now", { code: "EMESSAGE", reply: "452 full" }, true, "deferred"],
  ["a wrong password", { code: "EAUTH", reply: "535 bad credentials" }, false, "deferred"],
  ["a greeting that refuses", { code: "EPROTOCOL", reply: "554 not today" }, false, "deferred"],
  ["no connection", refused, false, "deferred"],
  ["no TLS", { code: "ETLS" }, false, "deferred"],
  ["a connection cut before the body", { code: "ECONNECTION" }, false, "deferred"],
  ["a connection cut after the final dot", { code: "ECONNECTION" }, true, "unknown"],
  ["no answer to the final dot", { code: "ETIMEDOUT" }, true, "unknown"],
  ["a server that closes instead of taking the body", { code: "ECONNECTION", reply: "421 closing" }, true, "deferred"],
])("%s is %s [D14] [D16]", (_name, error, bodyStarted, kind) => {
  expect(smtpOutcome(fault(error), bodyStarted)).toMatchObject({ kind });
});

test.each<[string, Fault, string]>([
  ["an enhanced status code", { code: "EENVELOPE", reply: "550 5.1.1 No such user" }, "5.1.1"],
  [
    "an enhanced status code of several lines",
    { code: "EMESSAGE", reply: "554-5.7.26 Unauthenticated\n554 5.7.26 See" },
    "5.7.26",
  ],
  ["an enhanced status code for now", { code: "EENVELOPE", reply: "450 4.2.1 Too fast" }, "4.2.1"],
  ["a reply without one", { code: "EENVELOPE", reply: "450 busy" }, "450"],
  ["an address that looks like one", { code: "EENVELOPE", reply: "554 10.0.0.1 is listed" }, "554"],
  ["one that contradicts its reply", { code: "EENVELOPE", reply: "550 2.0.0 Fine" }, "550"],
  ["a password refused", { code: "EAUTH", reply: "535 5.7.8 Bad credentials" }, "5.7.8"],
  ["a connection refused", refused, "ECONNREFUSED"],
  ["a name that is not known", { code: "EDNS", originalCode: "ENOTFOUND" }, "ENOTFOUND"],
  ["an expired certificate", { code: "ESOCKET", originalCode: "CERT_HAS_EXPIRED" }, "CERT_HAS_EXPIRED"],
  ["a time-out", { code: "ETIMEDOUT" }, "ETIMEDOUT"],
  ["no TLS", { code: "ETLS" }, "ETLS"],
  ["a session that broke", { code: "ECONNECTION" }, "ECONNECTION"],
])("the code of %s is kept", (_name, error, code) => {
  expect(smtpOutcome(fault(error), false)).toMatchObject({ code });
});

test("an error without any code comes from composing the message: it has none, and the provider is not to blame", () => {
  expect(smtpOutcome(new Error("odd"), false)).toEqual({ kind: "deferred", reason: "odd" });
});

test.each<[string, Fault, boolean]>([
  ["no connection", refused, true],
  ["no answer in time", { code: "ETIMEDOUT" }, true],
  ["an unknown host", { code: "EDNS", originalCode: "ENOTFOUND" }, true],
  ["no TLS", { code: "ETLS" }, true],
  ["a greeting that refuses", { code: "EPROTOCOL", reply: "554 not today" }, true],
  ["a wrong password", { code: "EAUTH", reply: "535 5.7.8 bad credentials" }, true],
  ["a login refused for now", { code: "EAUTH", reply: "454 4.7.0 later" }, true],
  ["421 to the greeting", { code: "EPROTOCOL", reply: "421 4.3.2 too many connections" }, true],
  ["421 to a recipient", { code: "EENVELOPE", reply: "421 4.3.2 shutting down" }, true],
  ["421 to the body", { code: "EMESSAGE", reply: "421 4.3.2 shutting down" }, true],
  ["421 when nothing was asked", { code: "ECONNECTION", reply: "421 idle too long" }, true],
  ["a connection lost before the body", { code: "ECONNECTION" }, true],
  ["a recipient refused for now", { code: "EENVELOPE", reply: "451 4.7.1 greylisted" }, false],
  ["a body refused for now", { code: "EMESSAGE", reply: "452 4.3.1 full" }, false],
  ["a body larger than the server takes", { code: "EMESSAGE" }, false],
  ["an address that cannot be written to this server", { code: "EENVELOPE" }, false],
])("%s: whether the provider counts as down [D19]", (_name, error, isDown) => {
  const outcome = smtpOutcome(fault(error), false);
  expect(outcome.kind).toBe("deferred");
  expect("isProviderDown" in outcome && outcome.isProviderDown === true).toBe(isDown);
});

test("the reason is what the server said, else what happened", () => {
  expect(smtpOutcome(fault({ code: "EENVELOPE", reply: "550 5.1.1 No such user" }), false)).toMatchObject({
    reason: "550 5.1.1 No such user",
  });
  expect(smtpOutcome(fault({ code: "ECONNECTION" }), false)).toMatchObject({ reason: "nodemailer's words" });
});

test("a reason is text that can be stored: no NUL, no control characters, at most 1,000 characters", () => {
  const reply = `550 \0a\u0007b\ud800${"x".repeat(5000)}`;
  const { reason } = smtpOutcome(fault({ code: "EENVELOPE", reply }), false) as { reason: string };
  expect(reason).toMatch(/^550 +a +b/);
  expect(reason.isWellFormed()).toBe(true);
  expect(reason.length).toBe(1000);
});

test("no greeting may mean that the port speaks TLS from the first byte: the reason says so", () => {
  const error = Object.assign(new Error("Greeting never received"), { code: "ETIMEDOUT", timeoutType: "GREETING_TIMEOUT" });
  expect(smtpOutcome(error, false)).toMatchObject({
    kind: "deferred",
    isProviderDown: true,
    reason: expect.stringContaining("needs the security TLS"),
  });
});
