import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type App, startApp } from "../../src/app.ts";
import { createLog } from "../../src/base/index.ts";
import { readConfig } from "../../src/config.ts";
import type { Data } from "../support/graphql-client.ts";
import { openRawSocket, type RawSocket } from "../support/raw-socket.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
/** Another process on the same database, as far as keys can tell. */
let other: App;
const opened: RawSocket[] = [];
beforeAll(async () => {
  // No look at keys by the clock: what ends a socket here is news.
  app = await startTestApp({ KEY_CHECK_SECONDS: "3600" });
  const config = readConfig({
    PORT: "0",
    DATABASE_URL: "postgresql://replaced/below",
    ENVOI_DATA: app.folder,
    KEY_CHECK_SECONDS: "3600",
  });
  const database = { ...config.database, url: app.databaseUrl };
  other = await startApp({ ...config, database }, { sends: false, log: createLog("silent") });
});
afterAll(async () => {
  for (const { socket } of opened) socket.terminate();
  await other.stop();
  await app.stop();
});

const create = 'mutation { createApiKey(input: { name: "new", role: ADMIN }) { key { id } secret } }';

async function anAdmin(): Promise<{ id: string; secret: string }> {
  const { createApiKey } = await app.client.expectData(create);
  return { id: createApiKey.key.id, secret: createApiKey.secret };
}

async function socketOf(url: string, secret: string): Promise<RawSocket> {
  const socket = await openRawSocket(url);
  opened.push(socket);
  await socket.init(secret);
  return socket;
}

const end: [string, (id: string) => Promise<Data>][] = [
  ["revoked", (id) => app.client.expectData("mutation ($id: ID!) { revokeApiKey(id: $id) { id } }", { id })],
  [
    "made a VIEWER",
    (id) => app.client.expectData("mutation ($id: ID!) { updateApiKey(id: $id, input: { role: VIEWER }) { id } }", { id }),
  ],
  [
    "rotated without a grace",
    (id) => app.client.expectData("mutation ($id: ID!) { rotateApiKey(id: $id, graceSeconds: 0) { secret } }", { id }),
  ],
];

describe.each(end)("an ADMIN key that is %s", (_what, change) => {
  test("makes no new key over its open sockets, of any process, in the moment after it; and they are closed", async () => {
    const { id, secret } = await anAdmin();
    const sockets = [await socketOf(app.url, secret), await socketOf(other.url, secret)];
    const before = (await app.query<{ count: string }>("select count(*) from api_key"))[0]?.count;
    await change(id);
    for (const socket of sockets) socket.send({ id: "new", type: "subscribe", payload: { query: create } });
    for (const socket of sockets) expect((await socket.closed).code).toBe(4403);
    expect((await app.query<{ count: string }>("select count(*) from api_key"))[0]?.count).toBe(before);
    for (const socket of sockets) expect(JSON.stringify(socket.messages)).not.toContain('"secret":');
  });

  test("makes none over HTTP either, though it was used a moment before", async () => {
    const { id, secret } = await anAdmin();
    const call = async (url: string): Promise<Data> => {
      const headers = { "content-type": "application/json", authorization: `Bearer ${secret}` };
      const response = await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query: create }) });
      return response.json();
    };
    for (const url of [app.url, other.url]) expect((await call(url)).data.createApiKey.secret).toBeDefined();
    await change(id);
    const answers = await Promise.all([app.url, other.url].map(call));
    for (const answer of answers) expect(["UNAUTHENTICATED", "PERMISSION_MISSING"]).toContain(answer.errors[0].extensions.code);
  });
});

test("a stream of a revoked key ends although nothing is asked over it, and those of other keys go on", async () => {
  const { id, secret } = await anAdmin();
  const [ended, kept] = [await socketOf(other.url, secret), await socketOf(other.url, app.adminKey)];
  for (const socket of [ended, kept])
    socket.send({ id: "w", type: "subscribe", payload: { query: "subscription { auditTrail { type } }" } });
  await app.client.expectData(create);
  for (const socket of [ended, kept]) await until("an entry", () => socket.messages.some(({ id: of }) => of === "w"));
  await end[0]?.[1](id);
  expect(await ended.closed).toEqual({ code: 4403, reason: "This API key is no longer valid" });
  kept.send({ id: "1", type: "subscribe", payload: { query: "{ viewer { id } }" } });
  expect((await kept.answerTo("1")).type).toBe("next");
});

test("of a hundred keys that one asks for while it is revoked, those that were made were made before", async () => {
  const { id, secret } = await anAdmin();
  const call = (query: string, key: string): Promise<Data> =>
    fetch(`${app.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: JSON.stringify({ query }),
    }).then((response) => response.json());
  const asked = Array.from({ length: 100 }, () => call(create, secret));
  const revoked = call(`mutation { revokeApiKey(id: "${id}") { id } }`, app.adminKey);
  const answers = await Promise.all(asked);
  await revoked;
  const made = answers.flatMap((answer) => answer.data?.createApiKey?.key.id ?? []);
  const late = await app.query(
    `select 1 from event where type = 'api-key.created' and actor_id = $1
       and position > (select position from event where type = 'api-key.revoked' and entity_id = $1)`,
    [id],
  );
  expect(late).toEqual([]);
  expect(made.length).toBeLessThan(101);
});
