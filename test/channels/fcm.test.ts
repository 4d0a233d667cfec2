import { generateKeyPairSync } from "node:crypto";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { Outcome } from "../../src/channels/outcome.ts";
import { createFcmTransport } from "../../src/channels/providers/fcm/fcm.ts";
import { readServiceAccount, type ServiceAccount } from "../../src/channels/providers/fcm/service-account.ts";
import { describeProviderFaults, type Fault } from "../support/describe-provider-faults.ts";
import { anOutgoingMessage } from "../support/describe-transport.ts";
import { type FcmPlay, type FcmServer, startFcmServer } from "../support/fcm-server.ts";
import { startTestApp } from "../support/test-app.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const accountText = JSON.stringify({
  ...{ type: "service_account", project_id: "shop-1", client_email: "envoi@shop-1.example" },
  private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
});
const account = readServiceAccount(accountText) as ServiceAccount;

const opened: FcmServer[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.stop();
});

async function aServer(play: (count: number) => FcmPlay = () => "TAKE"): Promise<FcmServer> {
  let count = 0;
  const server = await startFcmServer(() => {
    count += 1;
    return play(count);
  });
  opened.push(server);
  return server;
}

const aPush = (changes: object = {}) =>
  anOutgoingMessage({
    address: "token-1",
    content: { channel: "PUSH", title: "T", body: "B", imageUrl: null, deepLink: null, data: null, ...changes },
  });

async function sendAll(server: FcmServer, count = 1, changes: object = {}): Promise<Outcome[]> {
  const settings = { projectId: null, timeoutSeconds: 1, baseUrl: server.url, tokenUrl: server.tokenUrl, ...changes };
  const transport = createFcmTransport({ settings, account, connections: 50, privateHosts: "allow" });
  const outcomes: Outcome[] = [];
  const messages = Array.from({ length: count }, () => aPush());
  await transport.send(messages, new Date(), (_message, outcome) => outcomes.push(outcome));
  await transport.stop();
  return outcomes;
}

const error = (status: number, errorCode: string | null, canonical = "X", message = "No"): FcmPlay => ({
  status,
  body: JSON.stringify({
    error: {
      ...{ code: status, message, status: canonical },
      details: errorCode ? [{ "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", errorCode }] : [],
    },
  }),
});

const deviceOf = (index: number) => `device-${index}:APA91b`;

describeProviderFaults("FCM", {
  channel: "PUSH",
  recipient: (index) => ({ userId: `device-${index}`, channelData: { pushToken: deviceOf(index) }, context: { name: "A" } }),
  addressOf: deviceOf,
  open: async (planned) => {
    const plays: Record<Fault, FcmPlay> = {
      ...{ CUT_EARLY: "CUT_EARLY", CUT_LATE: "CUT_LATE", CUT_ANSWER: "CUT_ANSWER", SILENT: "SILENT" },
      THROTTLED: { ...(error(429, "QUOTA_EXCEEDED") as object), status: 429, headers: { "retry-after": "1" } },
      BROKEN: { ...(error(500, "INTERNAL") as object), status: 500, isTaken: true },
      REFUSED: error(404, "UNREGISTERED"),
    };
    const server = await startFcmServer((body) => {
      const fault = planned(JSON.parse(body).message.token);
      return fault === null ? "TAKE" : plays[fault];
    });
    const fcm = { serviceAccount: accountText, baseUrl: server.url, tokenUrl: server.tokenUrl, timeoutSeconds: 1 };
    return {
      taken: () => server.taken.map(({ body }) => JSON.parse(body).message.token),
      fields: { provider: "fcm", fcm },
      stop: () => server.stop(),
    };
  },
});

test("a message is one call with its token, texts for data, and its key wherever a device replaces by one", async () => {
  const server = await aServer();
  const settings = { projectId: null, timeoutSeconds: 1, baseUrl: server.url, tokenUrl: server.tokenUrl };
  const transport = createFcmTransport({ settings, account, connections: 1, privateHosts: "allow" });
  const message = aPush({ imageUrl: "https://i.example/a.png", deepLink: "app://a", data: { a: "x", n: 1, o: { b: true } } });
  await transport.send([message], new Date(), (_message, outcome) =>
    expect(outcome).toEqual({ kind: "sent", providerMessageId: "projects/shop-1/messages/1" }),
  );
  await transport.stop();
  const [call] = server.taken;
  expect(call?.path).toBe("/v1/projects/shop-1/messages:send");
  expect(call?.headers.authorization).toBe("Bearer access-1");
  expect(JSON.parse(call?.body ?? "")).toEqual({
    message: {
      token: "token-1",
      notification: { title: "T", body: "B", image: "https://i.example/a.png" },
      data: { a: "x", n: "1", o: '{"b":true}', deepLink: "app://a", messageId: message.key },
      android: { notification: { tag: message.key } },
      apns: { headers: { "apns-collapse-id": message.key } },
      webpush: { notification: { tag: message.key } },
    },
  });
});

test("the access token is asked for once by many at a time, with an assertion of the account", async () => {
  const server = await aServer();
  const outcomes = await sendAll(server, 60);
  expect(outcomes.every(({ kind }) => kind === "sent")).toBe(true);
  expect(server.assertions).toHaveLength(1);
  const [assertion = ""] = server.assertions;
  expect(decodeProtectedHeader(assertion)).toEqual({ alg: "RS256", typ: "JWT" });
  expect(decodeJwt(assertion)).toMatchObject({
    ...{ iss: "envoi@shop-1.example", aud: server.tokenUrl },
    scope: "https://www.googleapis.com/auth/firebase.messaging",
  });
});

test("a token that has expired is renewed once, and the message sent once", async () => {
  const server = await aServer((count) => (count === 1 ? error(401, null, "UNAUTHENTICATED") : "TAKE"));
  expect(await sendAll(server)).toMatchObject([{ kind: "sent" }]);
  expect(server.assertions).toHaveLength(2);
  expect(server.taken.map(({ headers }) => headers.authorization)).toEqual(["Bearer access-2"]);
});

test("a token that is refused again is not renewed again: the provider is down", async () => {
  const server = await aServer(() => error(401, null, "UNAUTHENTICATED"));
  expect(await sendAll(server)).toMatchObject([{ kind: "deferred", code: "UNAUTHENTICATED", isProviderDown: true }]);
  expect(server.assertions).toHaveLength(2);
});

test("without an access token nothing is handed over, and the reason is told without the key", async () => {
  const server = await aServer();
  server.refuseTokens();
  const [outcome] = await sendAll(server);
  expect(outcome).toMatchObject({ kind: "deferred", code: "invalid_grant", isProviderDown: true });
  expect(JSON.stringify(outcome)).not.toContain("PRIVATE KEY");
  expect(server.taken).toEqual([]);
});

test.each<[string, FcmPlay, Partial<Outcome>]>([
  [
    "an app that is gone from its device",
    error(404, "UNREGISTERED", "NOT_FOUND", "Requested entity was not found."),
    { kind: "rejected", code: "UNREGISTERED", reason: "The provider answered 404: Requested entity was not found." },
  ],
  ["a token that is none", error(400, "INVALID_ARGUMENT"), { kind: "rejected", code: "INVALID_ARGUMENT" }],
  ["a token of another project", error(403, "SENDER_ID_MISMATCH"), { kind: "rejected", code: "SENDER_ID_MISMATCH" }],
  [
    "a project that may not send",
    error(403, null, "PERMISSION_DENIED"),
    { kind: "deferred", code: "PERMISSION_DENIED", isProviderDown: true },
  ],
  ["a project that is not there", error(404, null, "NOT_FOUND"), { kind: "deferred", code: "NOT_FOUND", isProviderDown: true }],
  ["the quota", error(429, "QUOTA_EXCEEDED"), { kind: "deferred", code: "QUOTA_EXCEEDED", retryAfterSeconds: 60 }],
  [
    "unavailable",
    { ...(error(503, "UNAVAILABLE") as object), status: 503, headers: { "retry-after": "9" } },
    { kind: "deferred", retryAfterSeconds: 9 },
  ],
  ["a fault of theirs", error(500, "INTERNAL"), { kind: "unknown", code: "INTERNAL" }],
  [
    "a missing key of Apple's",
    error(401, "THIRD_PARTY_AUTH_ERROR"),
    { kind: "deferred", code: "THIRD_PARTY_AUTH_ERROR", isProviderDown: true },
  ],
  ["a stream that ends without an answer", "CUT_LATE", { kind: "unknown" }],
  ["a stream that ends within its answer", "CUT_ANSWER", { kind: "sent" }],
  ["silence", "SILENT", { kind: "unknown", code: "ETIMEDOUT" }],
])("%s is told apart", async (_what, play, outcome) => {
  const server = await aServer(() => play);
  expect(await sendAll(server)).toMatchObject([outcome]);
});

test("a session that goes away keeps what it has; what it did not process goes over another, once", async () => {
  const server = await aServer((count) => (count === 10 ? "GOAWAY" : "TAKE"));
  const outcomes = await sendAll(server, 60);
  expect(outcomes.filter(({ kind }) => kind === "sent")).toHaveLength(60);
  const keys = server.taken.map(({ body }) => JSON.parse(body).message.data.messageId);
  expect(new Set(keys).size).toBe(60);
  expect(keys).toHaveLength(60);
  expect(server.sessions()).toBeGreaterThan(1);
});

test("a stream that is refused was not processed, and goes again", async () => {
  const server = await aServer((count) => (count <= 3 ? "REFUSED_STREAM" : "TAKE"));
  expect((await sendAll(server, 5)).map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => "sent"));
  expect(server.taken).toHaveLength(5);
});

test("no more streams are opened than the server allows", async () => {
  const server = await aServer();
  expect((await sendAll(server, 100)).every(({ kind }) => kind === "sent")).toBe(true);
  expect(server.streamsAtOnce()).toBeLessThanOrEqual(server.streamsMax);
});

test("with private addresses refused neither the API nor the address for tokens is reached", async () => {
  const server = await aServer();
  const settings = { projectId: null, timeoutSeconds: 1, baseUrl: server.url, tokenUrl: server.tokenUrl };
  const transport = createFcmTransport({ settings, account, connections: 1, privateHosts: "refuse" });
  await transport.send([aPush()], new Date(), (_message, outcome) =>
    expect(outcome).toMatchObject({ kind: "deferred", code: "EHOSTREFUSED", isProviderDown: true }),
  );
  await transport.stop();
  expect([server.sessions(), server.assertions.length]).toEqual([0, 0]);
});

describe("saving a configuration", async () => {
  const app = await startTestApp();
  afterAll(() => app.stop());
  const document = `mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id fcm { projectId serviceAccountIsSet } } }`;
  const input = (fcm: object) => ({ name: "Pushes", channel: "PUSH", provider: "fcm", fcm });

  test.each([
    [{}, "fcm.serviceAccount: is needed"],
    [{ serviceAccount: "canary" }, "fcm.serviceAccount: must be the JSON key file"],
    [{ serviceAccount: accountText.replace("service_account", "canary") }, "fcm.serviceAccount: must be the JSON key file"],
    [{ serviceAccount: accountText.replace("BEGIN PRIVATE", "BEGIN CANARY") }, "fcm.serviceAccount: must be the JSON key file"],
    [
      { serviceAccount: JSON.stringify({ ...account, token_uri: "http://169.254.169.254/" }) },
      "fcm.serviceAccount: must be the JSON key file",
    ],
    [{ serviceAccount: accountText, baseUrl: "http://169.254.169.254" }, "fcm.baseUrl: must not lead to a link-local"],
  ])("%# is refused: %s", async (fcm, message) => {
    const fault = await app.client.expectCode("INPUT_INVALID", document, { input: input(fcm) });
    expect(fault.message).toContain(message);
    expect(JSON.stringify(fault)).not.toMatch(/canary|CANARY|PRIVATE/);
  });

  test("keeps the key file sealed, and says that there is one", async () => {
    const { saveChannelConfiguration: saved } = await app.client.expectData(document, {
      input: input({ serviceAccount: accountText }),
    });
    expect(saved.fcm).toEqual({ projectId: null, serviceAccountIsSet: true });
    const rows = await app.query(
      "select c::text || encode(coalesce(sealed_secrets, ''), 'escape') as text from channel_configuration c union all select event::text from event",
    );
    expect(JSON.stringify(rows)).not.toMatch(/PRIVATE KEY|envoi@shop-1/);
  });
});
