import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expires } from "../support/dates.ts";
import { createGraphqlClient } from "../support/graphql-client.ts";
import { openRawSocket, type RawSocket } from "../support/raw-socket.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
const opened: RawSocket[] = [];
beforeAll(async () => {
  app = await startTestApp({
    WEBSOCKETS_PER_KEY_MAX: "10",
    WEBSOCKET_OPERATIONS_MAX: "3",
    KEY_CHECK_SECONDS: "1",
    FAILED_KEYS_PER_MINUTE: "5",
  });
});
afterAll(async () => {
  for (const { socket } of opened) socket.terminate();
  await app.stop();
});

async function connect(key: string | null = null, protocol?: string | null): Promise<RawSocket> {
  const socket = await openRawSocket(app.url, protocol);
  opened.push(socket);
  if (key) await socket.init(key);
  return socket;
}

async function aKey(fields: object = {}): Promise<{ key: { id: string }; secret: string }> {
  const query = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { key { id } secret } }";
  return (await app.client.expectData(query, { input: { name: "N", role: "VIEWER", ...fields } })).createApiKey;
}

const revoke = (id: string) => app.client.expectData("mutation ($id: ID!) { revokeApiKey(id: $id) { id } }", { id });
const watch = "subscription { campaignStatusChanged { to } }";
const viewer = { query: "{ viewer { name } }" };

describe("what is no message of the protocol closes with 4400", () => {
  test.each<[string, unknown]>([
    ["no JSON", "nonsense"],
    ["a list", []],
    ["null", "null"],
    ["an unknown type", { type: "hello" }],
    ["no id", { type: "subscribe", payload: viewer }],
    ["an empty id", { id: "", type: "subscribe", payload: viewer }],
    ["a number as id", { id: 7, type: "subscribe", payload: viewer }],
    ["no query", { id: "1", type: "subscribe", payload: {} }],
    ["variables as text", { id: "1", type: "subscribe", payload: { ...viewer, variables: "{}" } }],
    ["bytes", Buffer.from([0, 255, 128])],
  ])("%s", async (_what, message) => {
    const socket = await connect(app.adminKey);
    socket.send(message);
    expect((await socket.closed).code).toBe(4400);
  });
});

describe("a socket is closed", () => {
  test("with 4401 when it subscribes before its key was accepted", async () => {
    const socket = await connect();
    socket.send({ id: "1", type: "subscribe", payload: viewer });
    expect(await socket.closed).toEqual({ code: 4401, reason: "Unauthorized" });
  });

  test("with 4403 when its key is wrong, and nothing of the reason inside is told", async () => {
    const socket = await connect();
    socket.send({ type: "connection_init", payload: { authorization: "Bearer envoi_x_y" } });
    expect(await socket.closed).toEqual({ code: 4403, reason: "This API key is missing or not valid" });
  });

  test("with 4406 when it names no protocol; the old one of Apollo is not agreed to", async () => {
    const silent = await connect(null, null);
    expect(await silent.closed).toEqual({ code: 4406, reason: "Subprotocol not acceptable" });
    await expect(connect(null, "graphql-ws")).rejects.toThrow("no subprotocol");
  });

  test("with 4408 when it does not say who it is", async () => {
    // A server of its own: the other sockets have the usual time.
    const hasty = await startTestApp({ WEBSOCKET_INIT_SECONDS: "1" });
    try {
      const socket = await openRawSocket(hasty.url);
      expect(await socket.closed).toEqual({ code: 4408, reason: "Connection initialisation timeout" });
    } finally {
      await hasty.stop();
    }
  });

  test("with 4409 when one id is used twice at once", async () => {
    const socket = await connect(app.adminKey);
    for (let time = 0; time < 2; time += 1) socket.send({ id: "same", type: "subscribe", payload: { query: watch } });
    expect((await socket.closed).code).toBe(4409);
  });

  test("with 4429 when it says twice who it is", async () => {
    const socket = await connect(app.adminKey);
    socket.send({ type: "connection_init" });
    expect((await socket.closed).code).toBe(4429);
  });

  test("with 1009 when a message is larger than 64 kB", async () => {
    const socket = await connect(app.adminKey);
    socket.send({ id: "1", type: "subscribe", payload: { ...viewer, variables: { x: "x".repeat(65_536) } } });
    expect((await socket.closed).code).toBe(1009);
    expect((await app.client.call("{ viewer { id } }")).status).toBe(200);
  });
});

test("a message of 60 kB is taken", async () => {
  const socket = await connect(app.adminKey);
  socket.send({ id: "1", type: "subscribe", payload: { ...viewer, variables: { x: "x".repeat(60_000) } } });
  expect(await socket.answerTo("1")).toMatchObject({ type: "next", payload: { data: { viewer: { name: "admin" } } } });
  socket.socket.close();
});

test("a ping is answered", async () => {
  const socket = await connect(app.adminKey);
  socket.send({ type: "ping" });
  await until("a pong", () => socket.messages.some(({ type }) => type === "pong"));
  socket.socket.close();
});

describe("a key", () => {
  test("that is revoked ends its open sockets with 4403, and those of other keys stay", async () => {
    const { key, secret } = await aKey();
    const [ended, other] = [await connect(secret), await connect(app.adminKey)];
    ended.send({ id: "w", type: "subscribe", payload: { query: watch } });
    await revoke(key.id);
    expect(await ended.closed).toEqual({ code: 4403, reason: "This API key is no longer valid" });
    other.send({ id: "1", type: "subscribe", payload: viewer });
    expect((await other.answerTo("1")).type).toBe("next");
    other.socket.close();
  });

  test("that runs out ends its open sockets with 4403", async () => {
    const { key, secret } = await aKey();
    const socket = await connect(secret);
    await expires(app, key.id);
    expect(await socket.closed).toEqual({ code: 4403, reason: "This API key is no longer valid" });
  });

  test("has ten sockets here, the next is closed with 4429, and a closed one makes room", async () => {
    const { secret } = await aKey();
    const ten = await Promise.all(Array.from({ length: 10 }, () => connect(secret)));
    const refused = await connect();
    refused.send({ type: "connection_init", payload: { authorization: `Bearer ${secret}` } });
    expect(await refused.closed).toEqual({ code: 4429, reason: "A key may have 10 sockets open" });
    const [first, ...others] = ten;
    first?.socket.terminate();
    await first?.closed;
    const next = await until("room for one more", async () => {
      const socket = await connect();
      socket.send({ type: "connection_init", payload: { authorization: `Bearer ${secret}` } });
      const code = await Promise.race([
        socket.closed.then((closed) => closed.code),
        until("accepted", () => socket.messages.length > 0 && 0, 2).catch(() => 0),
      ]);
      return code ? null : socket;
    });
    for (const { socket } of [...others, next]) socket.terminate();
  });
});

test("a socket has three operations at once here, and the next is refused with RATE_LIMITED until one ends", async () => {
  const socket = await connect(app.adminKey);
  for (const id of ["a", "b", "c", "d"]) socket.send({ id, type: "subscribe", payload: { query: watch } });
  const refused = await socket.answerTo("d");
  expect(refused).toMatchObject({ type: "error", payload: [{ extensions: { code: "RATE_LIMITED", kind: "limited" } }] });
  socket.send({ id: "a", type: "complete" });
  socket.send({ id: "e", type: "subscribe", payload: viewer });
  expect(await socket.answerTo("e")).toMatchObject({ type: "next", payload: { data: { viewer: { name: "admin" } } } });
  socket.socket.close();
});

test("wrong keys count for the address: after five here a sixth is not looked up, and a key that worked goes on", async () => {
  const client = createGraphqlClient(app.url, "wrong");
  await until("the address is refused", async () => (await client.call("{ viewer { id } }")).status === 429);
  const socket = await connect();
  socket.send({ type: "connection_init", payload: { authorization: "Bearer envoi_x_y" } });
  expect(await socket.closed).toEqual({ code: 4429, reason: "Too many wrong API keys came from this address" });
  await connect(app.adminKey);
});
