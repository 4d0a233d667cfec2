import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { Outcome } from "../../src/channels/outcome.ts";
import { parseHttpFeedback } from "../../src/channels/providers/http/feedback.ts";
import { createHttpTransport } from "../../src/channels/providers/http/http.ts";
import { keysOf, signatureFault, signatureHeaders } from "../../src/channels/standard-webhooks.ts";
import { describeProviderFaults, type Fault } from "../support/describe-provider-faults.ts";
import { anOutgoingMessage, describeTransport } from "../support/describe-transport.ts";
import { type Gateway, type Play, startGateway } from "../support/gateway.ts";
import { startTestApp } from "../support/test-app.ts";

const signingSecret = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
const take = () => ({ status: 202, body: JSON.stringify({ id: "gateway-1" }) });
const opened: Gateway[] = [];
afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.stop();
});

async function aGateway(play: Play = "TAKE"): Promise<Gateway> {
  const gateway = await startGateway({ play: () => play, answer: take, cutsHeads: play === "CUT_EARLY" });
  opened.push(gateway);
  return gateway;
}

function aTransport(url: string, changes: { rule?: "allow" | "refuse"; timeoutSeconds?: number } = {}) {
  const settings = {
    url,
    headers: [{ name: "X-Tenant", value: "a" }],
    timeoutSeconds: changes.timeoutSeconds ?? 1,
    sender: "shop",
  };
  const rest = { signingSecret, authorization: "Bearer t", connections: 4, privateHosts: changes.rule ?? "allow" } as const;
  return createHttpTransport({ settings, ...rest });
}

async function sendOne(url: string, changes: Parameters<typeof aTransport>[1] = {}): Promise<Outcome> {
  const transport = aTransport(url, changes);
  const outcomes: Outcome[] = [];
  await transport.send([anOutgoingMessage()], new Date(), (_message, outcome) => outcomes.push(outcome));
  await transport.stop();
  expect(outcomes).toHaveLength(1);
  return outcomes[0] as Outcome;
}

describeTransport("http", async () => {
  const gateway = await startGateway({ play: () => "TAKE", answer: take });
  const transport = aTransport(`${gateway.url}/send`, { timeoutSeconds: 30 });
  return {
    transport,
    arrived: async () => gateway.taken.map(({ headers }) => String(headers["idempotency-key"])),
    breakDown: async () => {
      await gateway.stop();
      // Kept connections have ended here, too: before that nobody can know whether a request was read.
      await pause(50);
    },
    stop: () => transport.stop(),
    isIdempotent: false,
  };
});

describeProviderFaults("an HTTP gateway", {
  channel: "SMS",
  recipient: (index) => ({
    userId: `number-${index}`,
    channelData: { mobilePhoneNumber: addressOf(index) },
    context: { name: "A" },
  }),
  addressOf,
  open: async (planned) => {
    const plays: Record<Fault, Play> = {
      ...{ CUT_EARLY: "CUT_EARLY", CUT_LATE: "CUT_LATE", CUT_ANSWER: "CUT_ANSWER", SILENT: "SILENT" },
      THROTTLED: { status: 429, headers: { "retry-after": "1" } },
      BROKEN: { status: 500, isTaken: true },
      REFUSED: { status: 422, body: JSON.stringify({ code: "unknown_number", reason: "No such number" }) },
    };
    const gateway = await startGateway({
      play: ({ body }) => {
        const fault = planned(JSON.parse(body).data.address);
        return fault === null ? "TAKE" : plays[fault];
      },
      answer: take,
    });
    return {
      taken: () => gateway.taken.map(({ body }) => JSON.parse(body).data.address),
      fields: { provider: "http", http: { url: `${gateway.url}/send`, timeoutSeconds: 1, signingSecret } },
      stop: () => gateway.stop(),
    };
  },
});

function addressOf(index: number): string {
  return `+3361234${String(5000 + index)}`;
}

test("a message is one signed JSON body under its own key, with the headers of the configuration", async () => {
  const gateway = await aGateway();
  const transport = aTransport(`${gateway.url}/send?tenant=a`);
  const message = anOutgoingMessage({
    content: { channel: "PUSH", title: "T", body: "B", imageUrl: null, deepLink: null, data: { a: 1 } },
  });
  await transport.send([message], new Date(), (_message, outcome) =>
    expect(outcome).toEqual({ kind: "sent", providerMessageId: "gateway-1" }),
  );
  await transport.stop();
  const [call] = gateway.calls;
  expect(call?.path).toBe("/send?tenant=a");
  expect(call?.headers).toMatchObject({
    ...{ "idempotency-key": message.key, "webhook-id": message.key, authorization: "Bearer t", "x-tenant": "a" },
    "content-type": "application/json",
  });
  const { userId, address, campaignId, executionId } = message;
  const content = { title: "T", body: "B", imageUrl: null, deepLink: null, data: { a: 1 } };
  const data = { messageId: message.key, campaignId, executionId, userId, channel: "PUSH", address, sender: "shop", content };
  expect(JSON.parse(call?.body ?? "")).toEqual({ type: "message.send", timestamp: expect.any(String), data });
  const headers = call?.headers as Record<string, string>;
  const signed = { body: Buffer.from(call?.body ?? ""), now: new Date() };
  expect(signatureFault(keysOf(signingSecret), headers, signed)).toBeNull();
  expect(signatureFault(keysOf(`whsec_${Buffer.alloc(32, 6).toString("base64")}`), headers, signed)).toContain("another secret");
  expect(signatureFault(keysOf(signingSecret), headers, { ...signed, body: Buffer.from("{}") })).toContain("another secret");
  expect(signatureFault(keysOf(signingSecret), headers, { ...signed, now: new Date(Date.now() + 400_000) })).toContain(
    "too long ago",
  );
});

const httpDate = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000).toUTCString();

test.each<[string, Play, Partial<Outcome>]>([
  ["400", { status: 400 }, { kind: "rejected", code: "400" }],
  [
    "422 with words",
    { status: 422, body: '{"code":"bad_number","reason":"No such\\nnumber"}' },
    { kind: "rejected", code: "bad_number", reason: "The provider answered 422: No such number" },
  ],
  ["401", { status: 401 }, { kind: "deferred", code: "401", isProviderDown: true }],
  ["404", { status: 404 }, { kind: "deferred", code: "404", isProviderDown: true }],
  ["408", { status: 408 }, { kind: "deferred", code: "408" }],
  [
    "429 with seconds",
    { status: 429, headers: { "retry-after": "7" } },
    { kind: "deferred", retryAfterSeconds: 7, isProviderDown: true },
  ],
  [
    "429 with a date",
    { status: 429, headers: { date: httpDate(0), "retry-after": httpDate(90) } },
    { kind: "deferred", retryAfterSeconds: 90, isProviderDown: true },
  ],
  ["429 with nonsense", { status: 429, headers: { "retry-after": "soon" } }, { kind: "deferred", isProviderDown: true }],
  ["503", { status: 503, headers: { "retry-after": "3" } }, { kind: "deferred", retryAfterSeconds: 3, isProviderDown: true }],
  ["500", { status: 500 }, { kind: "unknown", code: "500" }],
  ["504", { status: 504 }, { kind: "unknown", code: "504" }],
  ["a cut before the body was read", "CUT_EARLY", { kind: "unknown" }],
  ["a cut after the body", "CUT_LATE", { kind: "unknown" }],
  ["a cut within the answer to a message that was taken", "CUT_ANSWER", { kind: "sent", providerMessageId: null }],
  ["silence", "SILENT", { kind: "unknown", code: "ETIMEDOUT" }],
])("%s is told apart", async (_what, play, outcome) => {
  const gateway = await aGateway(play);
  expect(await sendOne(gateway.url)).toMatchObject(outcome);
});

test("a server that is not there is down, and nothing was handed over", async () => {
  const gateway = await aGateway();
  await gateway.stop();
  expect(await sendOne(gateway.url)).toMatchObject({ kind: "deferred", code: "ECONNREFUSED", isProviderDown: true });
});

test.each([301, 302, 303, 307, 308])("a redirect (%s) is never followed, and the answer says what to do", async (status) => {
  const other = await aGateway();
  const gateway = await aGateway({ status, headers: { location: `${other.url}/send` } });
  const outcome = await sendOne(gateway.url);
  expect(outcome).toMatchObject({ kind: [302, 303].includes(status) ? "unknown" : "deferred" });
  expect(JSON.stringify(outcome)).toContain("Redirects are never followed");
  expect(other.calls).toEqual([]);
});

describe("where a URL may lead", () => {
  test("with private addresses refused nothing of this machine is reached, by number or by name", async () => {
    const gateway = await aGateway();
    const { port } = new URL(gateway.url);
    for (const host of ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0.0.0.0", "[::1]"]) {
      const outcome = await sendOne(`http://${host}:${port}/`, { rule: "refuse" });
      expect(outcome, host).toMatchObject({ kind: "deferred", code: "EHOSTREFUSED", isProviderDown: true });
      expect(JSON.stringify(outcome)).toContain("HTTP_PRIVATE_ADDRESSES");
    }
    expect(gateway.connections()).toBe(0);
  });

  test.each(["http://169.254.169.254/", "http://[fe80::1]/", "http://[::ffff:169.254.169.254]/", "http://1.1.1.1/"])(
    "%s is never connected to",
    async (url) => {
      expect(await sendOne(url)).toMatchObject({ kind: "deferred", code: "EHOSTREFUSED", isProviderDown: true });
    },
  );

  test("what answers there and keeps no contract is not quoted", async () => {
    const gateway = await aGateway({ status: 400, body: '{"error":"canary"}<html>canary</html>' });
    expect(JSON.stringify(await sendOne(gateway.url))).not.toContain("canary");
  });
});

describe("saving a configuration", async () => {
  const app = await startTestApp();
  afterAll(() => app.stop());
  const fields = "id http { url headers { name value } timeoutSeconds sender signingSecretIsSet authorizationIsSet }";
  const document = `mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { ${fields} } }`;
  const input = (http: object, id?: string) => ({
    ...(id ? { id } : { name: `Gateway ${Math.floor(performance.now() * 1000)}`, channel: "PUSH", provider: "http" }),
    http,
  });
  const url = "https://gateway.example/send";

  test.each([
    [{ url }, "http.signingSecret: is needed"],
    [{ url, signingSecret: "secret" }, "http.signingSecret: must be whsec_"],
    [{ url, signingSecret: `whsec_${Buffer.alloc(8).toString("base64")}` }, "http.signingSecret: must be whsec_"],
    [{ url: "ftp://gateway.example", signingSecret }, "http.url: must be a URL that begins with https://"],
    [{ url: "https://user:pass@gateway.example", signingSecret }, "http.url: must not hold a user name"],
    [{ url: "http://169.254.169.254/latest", signingSecret }, "http.url: must not lead to a link-local"],
    [{ url, signingSecret, headers: [{ name: "Host", value: "x" }] }, "http.headers.0.name: is a header that is set here"],
    [
      { url, signingSecret, headers: [{ name: "x-a", value: "a\r\nb: c" }] },
      "http.headers.0.value: must be up to 1,000 printable",
    ],
    [{ url, signingSecret, timeoutSeconds: 0 }, "http.timeoutSeconds"],
  ])("%j is refused: %s", async (http, message) => {
    const error = await app.client.expectCode("INPUT_INVALID", document, { input: input(http) });
    expect(error.message).toContain(message);
    expect(JSON.stringify(error)).not.toContain("user:pass");
  });

  test("secrets are set or not set, and in no answer, event or row; what is not sent stays", async () => {
    const authorization = "Bearer canary-token";
    const { saveChannelConfiguration: made } = await app.client.expectData(document, {
      input: input({ url, signingSecret, authorization, headers: [{ name: "x-key", value: "canary-header" }] }),
    });
    expect(made.http).toMatchObject({
      url,
      timeoutSeconds: 30,
      sender: null,
      signingSecretIsSet: true,
      authorizationIsSet: true,
    });
    const { saveChannelConfiguration: later } = await app.client.expectData(document, {
      input: input({ sender: "Shop", authorization: "" }, made.id),
    });
    expect(later.http).toMatchObject({ url, sender: "Shop", signingSecretIsSet: true, authorizationIsSet: false });
    const rows = await app.query(
      "select c::text || encode(coalesce(sealed_secrets, ''), 'escape') as text from channel_configuration c",
    );
    const events = await app.query("select event::text as text from event");
    expect(JSON.stringify([rows, events, made, later])).not.toContain("canary-token");
    expect(JSON.stringify(events)).not.toMatch(/canary-header|gateway\.example/);
    expect(JSON.stringify([rows, events])).not.toContain(signingSecret);
  });
});

describe("a gateway's report", () => {
  const now = new Date();
  const request = (body: string, key = keysOf(signingSecret)) => ({
    url: "https://envoi.example/feedback",
    headers: signatureHeaders(key, { id: "event-1", timestamp: String(Math.floor(now.getTime() / 1000)), body }),
    body: Buffer.from(body),
    receivedAt: now,
    secrets: { signingSecret },
  });
  const report = (type: string, data: object) => JSON.stringify({ type, timestamp: "2026-11-27T10:00:00Z", data });

  test.each([
    [
      "message.delivered",
      { messageId: "m", id: "g" },
      { kind: "DELIVERED", messageKey: "m", providerMessageId: "g", bounceClass: null },
    ],
    [
      "message.bounced",
      { messageId: "m", bounceClass: "HARD", code: "550", reason: "no such user" },
      { kind: "BOUNCED", bounceClass: "HARD", code: "550" },
    ],
    ["message.bounced", { messageId: "m" }, { kind: "BOUNCED", bounceClass: "SOFT" }],
    ["message.unsubscribed", { messageId: "m", address: "+33" }, { kind: "UNSUBSCRIBED", isOptOut: true, address: "+33" }],
  ])("%s is read", (type, data, event) => {
    const occurredAt = new Date("2026-11-27T10:00:00Z");
    expect(parseHttpFeedback(request(report(type, data)))).toMatchObject({
      kind: "events",
      events: [{ ...event, occurredAt, dedupeKey: "event-1" }],
    });
  });

  test.each(["", "[]", "{}", "null", report("message.opened", {}), report("message.toString", {}), report("other", {})])(
    "%j is accepted and says nothing",
    (body) => {
      expect(parseHttpFeedback(request(body))).toEqual({ kind: "events", events: [] });
    },
  );

  test("one that is not signed with the secret, or lately, is refused", () => {
    const body = report("message.delivered", { messageId: "m" });
    expect(parseHttpFeedback(request(body, keysOf(`whsec_${Buffer.alloc(32, 9).toString("base64")}`))).kind).toBe("refused");
    expect(parseHttpFeedback({ ...request(body), receivedAt: new Date(now.getTime() + 400_000) }).kind).toBe("refused");
    expect(parseHttpFeedback({ ...request(body), headers: {} }).kind).toBe("refused");
    expect(parseHttpFeedback({ ...request(body), secrets: {} }).kind).toBe("refused");
  });
});
