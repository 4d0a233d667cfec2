import { createHmac } from "node:crypto";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { Outcome } from "../../src/channels/outcome.ts";
import { parseTwilioFeedback } from "../../src/channels/providers/twilio/feedback.ts";
import { createTwilioTransport } from "../../src/channels/providers/twilio/twilio.ts";
import { describeProviderFaults, type Fault } from "../support/describe-provider-faults.ts";
import { anOutgoingMessage } from "../support/describe-transport.ts";
import { type Gateway, type Play, startGateway } from "../support/gateway.ts";
import { startTestApp } from "../support/test-app.ts";

const accountSid = `AC${"0".repeat(32)}`;
const settings = {
  ...{ accountSid, apiKeySid: null, from: "+15550001111", messagingServiceSid: null, validitySeconds: null },
  ...{ statusCallbackUrl: null, timeoutSeconds: 1, baseUrl: null },
};
const answer = () => ({ status: 201, body: JSON.stringify({ sid: `SM${"1".repeat(32)}`, status: "queued", error_code: null }) });
const refusal = (status: number, code: number, message = "No") => ({ status, body: JSON.stringify({ code, message, status }) });
const anSms = () => anOutgoingMessage({ address: "+33612345678", content: { channel: "SMS", body: "Hello é", segments: 1 } });

const opened: Gateway[] = [];
afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.stop();
});

async function sendTo(play: Play, changes: object = {}) {
  const gateway = await startGateway({ play: () => play, answer });
  opened.push(gateway);
  const all = { ...settings, baseUrl: gateway.url, ...changes };
  const transport = createTwilioTransport({ settings: all, secret: "token", connections: 2, privateHosts: "allow" });
  const message = anSms();
  const outcomes: Outcome[] = [];
  await transport.send([message], new Date(), (_message, outcome) => outcomes.push(outcome));
  await transport.stop();
  return { gateway, message, outcome: outcomes[0] };
}

const numberOf = (index: number) => `+3361234${String(6000 + index)}`;

describeProviderFaults("Twilio", {
  channel: "SMS",
  recipient: (index) => ({ userId: `n-${index}`, channelData: { mobilePhoneNumber: numberOf(index) }, context: { name: "A" } }),
  addressOf: numberOf,
  open: async (planned) => {
    const plays: Record<Fault, Play> = {
      ...{ CUT_EARLY: "CUT_EARLY", CUT_LATE: "CUT_LATE", CUT_ANSWER: "CUT_ANSWER", SILENT: "SILENT" },
      THROTTLED: refusal(429, 20429, "Too many requests"),
      BROKEN: { ...refusal(500, 20500), isTaken: true },
      REFUSED: refusal(400, 21211, "Invalid 'To' number"),
    };
    const to = (body: string) => new URLSearchParams(body).get("To") ?? "";
    const gateway = await startGateway({
      play: ({ body }) => {
        const fault = planned(to(body));
        return fault === null ? "TAKE" : plays[fault];
      },
      answer,
    });
    const twilio = { accountSid, from: "+15550001111", authToken: "token", baseUrl: gateway.url, timeoutSeconds: 1 };
    return {
      taken: () => gateway.taken.map(({ body }) => to(body)),
      fields: { provider: "twilio", twilio },
      stop: () => gateway.stop(),
    };
  },
});

test("a message is one form with its number, sender and text; the callback's address says which message it is about", async () => {
  const changes = {
    statusCallbackUrl: "https://envoi.example/feedback?x=1",
    validitySeconds: 600,
    apiKeySid: `SK${"2".repeat(32)}`,
  };
  const { gateway, message, outcome } = await sendTo("TAKE", changes);
  expect(outcome).toEqual({ kind: "sent", providerMessageId: `SM${"1".repeat(32)}` });
  const [call] = gateway.calls;
  expect(call?.path).toBe(`/2010-04-01/Accounts/${accountSid}/Messages.json`);
  expect(call?.headers.authorization).toBe(`Basic ${Buffer.from(`SK${"2".repeat(32)}:token`).toString("base64")}`);
  expect(Object.fromEntries(new URLSearchParams(call?.body))).toEqual({
    ...{ To: "+33612345678", From: "+15550001111", Body: "Hello é", ValidityPeriod: "600" },
    StatusCallback: `https://envoi.example/feedback?x=1&messageId=${message.key}`,
  });
});

test.each<[string, Play, Partial<Outcome>]>([
  ["an invalid number", refusal(400, 21211), { kind: "rejected", code: "21211" }],
  ["somebody who opted out", refusal(400, 21610), { kind: "rejected", code: "21610" }],
  ["a region that is not enabled", refusal(400, 21408), { kind: "rejected", code: "21408" }],
  ["a filtered message", refusal(400, 30007), { kind: "rejected", code: "30007" }],
  [
    "another fault of the message",
    refusal(400, 21617, "Too long"),
    { kind: "rejected", code: "21617", reason: "The provider answered 400: Too long" },
  ],
  ["a wrong token", refusal(401, 20003), { kind: "deferred", code: "20003", isProviderDown: true }],
  ["a wrong sender", refusal(400, 21606), { kind: "deferred", code: "21606", isProviderDown: true }],
  ["a full queue", refusal(400, 21611), { kind: "deferred", code: "21611", retryAfterSeconds: 5 }],
  ["too many calls at once", refusal(429, 20429), { kind: "deferred", code: "20429", retryAfterSeconds: 1 }],
  ["the end of the day's share", refusal(429, 63038), { kind: "deferred", code: "63038", retryAfterSeconds: 600 }],
  ["an account that is not there", refusal(404, 20404), { kind: "deferred", code: "20404", isProviderDown: true }],
  ["a fault of theirs", refusal(500, 20500), { kind: "unknown", code: "20500" }],
  ["unavailable", { status: 503, headers: { "retry-after": "4" } }, { kind: "deferred", code: "503", retryAfterSeconds: 4 }],
])("%s is told apart", async (_what, play, outcome) => {
  expect((await sendTo(play)).outcome).toMatchObject(outcome);
});

describe("a status callback", () => {
  const token = "12345";
  const url = "https://envoi.example/feedback/a?messageId=0190a000-0000-7000-8000-000000000001&it's=1";
  const fields = {
    ...{ AccountSid: accountSid, ApiVersion: "2010-04-01", From: "+15550001111", To: "+33612345678" },
    ...{ MessageSid: "SM9", SmsSid: "SM9", SmsStatus: "delivered", MessageStatus: "delivered", RawDlrDoneDate: "2611271005" },
  };
  const sign = (address: string, form: Record<string, string>) =>
    createHmac("sha1", token)
      .update(
        address +
          Object.keys(form)
            .sort()
            .map((name) => name + form[name])
            .join(""),
      )
      .digest("base64");
  const request = (form: Record<string, string>, signature = sign(url, form), at = url) => ({
    url: at,
    headers: { "x-twilio-signature": signature },
    body: Buffer.from(new URLSearchParams(form).toString()),
    receivedAt: new Date(),
    secrets: { authToken: token },
  });

  test("is believed with the signature of Twilio's own example", () => {
    const form = {
      CallSid: "CA1234567890ABCDE",
      Digits: "1234",
      From: "+14158675309",
      To: "+18005551212",
      Caller: "+14158675309",
    };
    const at = "https://mycompany.com/myapp.php?foo=1&bar=2";
    expect(parseTwilioFeedback(request(form, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", at))).toEqual({ kind: "events", events: [] });
    expect(parseTwilioFeedback(request({ ...form, Digits: "12345" }, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", at)).kind).toBe("refused");
  });

  test("of a delivery is read, under our own id", () => {
    expect(parseTwilioFeedback(request(fields))).toEqual({
      kind: "events",
      events: [
        {
          ...{
            kind: "DELIVERED",
            messageKey: "0190a000-0000-7000-8000-000000000001",
            providerMessageId: "SM9",
            address: "+33612345678",
          },
          ...{ bounceClass: null, isOptOut: false, code: null, reason: null, dedupeKey: "SM9:delivered" },
          occurredAt: new Date("2026-11-27T10:05:00Z"),
        },
      ],
    });
  });

  test.each([
    ["undelivered", "30005", { kind: "BOUNCED", bounceClass: "HARD", isOptOut: false }],
    ["undelivered", "30003", { kind: "BOUNCED", bounceClass: "SOFT" }],
    ["undelivered", "30007", { kind: "BOUNCED", bounceClass: "POLICY" }],
    ["failed", "21610", { kind: "FAILED", bounceClass: "HARD", isOptOut: true }],
    ["failed", "99999", { kind: "FAILED", bounceClass: "SOFT" }],
    ["sent", "", { kind: "SENT", code: null, bounceClass: null }],
  ])("of %s with the code %j says of what kind it is", (status, ErrorCode, event) => {
    const form = { ...fields, MessageStatus: status, ErrorCode };
    expect(parseTwilioFeedback(request(form))).toMatchObject({ kind: "events", events: [event] });
  });

  test.each(["queued", "accepted", "sending", "constructor", ""])("of %j says nothing yet", (MessageStatus) => {
    expect(parseTwilioFeedback(request({ ...fields, MessageStatus, SmsStatus: "" }))).toEqual({ kind: "events", events: [] });
  });

  test("is believed with and without the usual port, and not for another address, body or token", () => {
    const withPort = url.replace("envoi.example", "envoi.example:443");
    expect(parseTwilioFeedback(request(fields, sign(withPort, fields))).kind).toBe("events");
    expect(parseTwilioFeedback(request(fields, sign(url, fields), withPort)).kind).toBe("events");
    expect(parseTwilioFeedback(request(fields, sign(`${url}2`, fields))).kind).toBe("refused");
    expect(parseTwilioFeedback({ ...request(fields), secrets: {} }).kind).toBe("refused");
    expect(parseTwilioFeedback({ ...request(fields), headers: {} }).kind).toBe("refused");
  });
});

describe("saving a configuration", async () => {
  const app = await startTestApp();
  afterAll(() => app.stop());
  const document = `mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) {
    id twilio { accountSid from apiKeySid authTokenIsSet apiKeySecretIsSet } } }`;
  const input = (twilio: object, fields: object = {}) => ({
    name: "Texts",
    channel: "SMS",
    provider: "twilio",
    twilio,
    ...fields,
  });

  test.each([
    [{ accountSid, authToken: "t" }, {}, "twilio.from: is needed"],
    [{ accountSid, from: "+1" }, {}, "twilio.authToken: is needed"],
    [{ accountSid, from: "+1", authToken: "t", apiKeySid: `SK${"2".repeat(32)}` }, {}, "twilio.apiKeySecret: is needed"],
    [{ accountSid: "AC1", from: "+1", authToken: "t" }, {}, "twilio.accountSid: must be AC and 32"],
    [{ accountSid, from: "+1", authToken: "t" }, { channel: "EMAIL" }, "does not carry EMAIL"],
  ])("%j %j is refused: %s", async (twilio, fields, message) => {
    const error = await app.client.expectCode("INPUT_INVALID", document, { input: input(twilio, fields) });
    expect(error.message).toContain(message);
  });

  test("says which secrets are set", async () => {
    const { saveChannelConfiguration: saved } = await app.client.expectData(document, {
      input: input({ accountSid, from: "+1", authToken: "canary-token" }),
    });
    expect(saved.twilio).toEqual({ accountSid, from: "+1", apiKeySid: null, authTokenIsSet: true, apiKeySecretIsSet: false });
    const events = await app.query("select event::text as text from event");
    expect(JSON.stringify(events)).not.toContain("canary-token");
  });
});
