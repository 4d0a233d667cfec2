import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureAdminKey, systemActor } from "../../src/access/index.ts";
import { createLog, systemClock } from "../../src/base/index.ts";
import { aCampaign, aLiveCampaign, executeDocument, recipients } from "../support/campaigns.ts";
import { expires } from "../support/dates.ts";
import { type Answer, createGraphqlClient, type Data, type GraphqlClient } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
const opened: GraphqlClient[] = [];
beforeAll(async () => {
  app = await startTestApp({ KEY_CHECK_SECONDS: "1" });
});
afterAll(async () => {
  for (const client of opened) await client.close();
  await app.stop();
});

const shown = "id name role scopes permissions campaignIds labels status expiresAt revokedAt previousSecretUntil updatedAt";
const createDocument = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { key { ${shown} } secret } }`;
const updateDocument = `mutation ($id: ID!, $input: UpdateApiKeyInput!) { updateApiKey(id: $id, input: $input) { ${shown} } }`;
const rotateDocument = `mutation ($id: ID!, $grace: Int) { rotateApiKey(id: $id, graceSeconds: $grace) { key { ${shown} } secret } }`;
const revokeDocument = "mutation ($id: ID!) { revokeApiKey(id: $id) { id status } }";

function clientWith(key: string): GraphqlClient {
  const client = createGraphqlClient(app.url, key);
  opened.push(client);
  return client;
}

async function aKey(role: string, fields: object = {}): Promise<{ key: Data; client: GraphqlClient; secret: string }> {
  const { createApiKey } = await app.client.expectData(createDocument, { input: { name: `a ${role}`, role, ...fields } });
  return { ...createApiKey, client: clientWith(createApiKey.secret) };
}

const statusOf = async (client: GraphqlClient): Promise<number> => (await client.call("{ viewer { id } }")).status;

describe("rotation", () => {
  test("gives a new secret; the old one works until the grace ends, and the one before it no more", async () => {
    const { key, client: first } = await aKey("VIEWER");
    const { rotateApiKey } = await app.client.expectData(rotateDocument, { id: key.id, grace: 600 });
    const second = clientWith(rotateApiKey.secret);
    expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200]);
    const left = Date.parse(rotateApiKey.key.previousSecretUntil) - Date.now();
    expect(left).toBeGreaterThan(590_000);
    expect(left).toBeLessThanOrEqual(600_000);
    const again = (await app.client.expectData(rotateDocument, { id: key.id, grace: 2 })).rotateApiKey;
    await until("the refusal of the first secret", async () => (await statusOf(first)) === 401, 4);
    expect(await statusOf(clientWith(again.secret))).toBe(200);
    await until("the end of the grace", async () => (await statusOf(second)) === 401, 6);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(again.key.previousSecretUntil));
    expect(await statusOf(clientWith(again.secret))).toBe(200);
  });

  test("without a grace the old secret ends at once, and the key goes on under the new one", async () => {
    const { key, client } = await aKey("VIEWER");
    const { rotateApiKey } = await app.client.expectData(rotateDocument, { id: key.id, grace: 0 });
    expect(rotateApiKey.key).toMatchObject({ id: key.id, previousSecretUntil: null });
    await until("the refusal", async () => (await statusOf(client)) === 401, 4);
    expect(await statusOf(clientWith(rotateApiKey.secret))).toBe(200);
  });

  test("is refused for a revoked key, and for a grace beyond 30 days", async () => {
    const { key } = await aKey("VIEWER");
    await app.client.expectCode("INPUT_INVALID", rotateDocument, { id: key.id, grace: 2_592_001 });
    await app.client.expectCode("INPUT_INVALID", rotateDocument, { id: key.id, grace: -1 });
    await app.client.expectData(revokeDocument, { id: key.id });
    await app.client.expectCode("ACTION_NOT_ALLOWED", rotateDocument, { id: key.id });
    await app.client.expectCode("ACTION_NOT_ALLOWED", updateDocument, { id: key.id, input: { name: "N" } });
  });
});

describe("changing a key", () => {
  test("changes what is sent and leaves the rest; null lifts a limit", async () => {
    const { key } = await aKey("OPERATOR", { labels: ["fr"], expiresAt: "2099-01-01T00:00:00Z" });
    const { updateApiKey } = await app.client.expectData(updateDocument, { id: key.id, input: { name: " B ", labels: null } });
    expect(updateApiKey).toMatchObject({ name: "B", role: "OPERATOR", labels: null, expiresAt: "2099-01-01T00:00:00.000Z" });
    await app.client.expectCode("API_KEY_NOT_FOUND", updateDocument, { id: "01900000-0000-7000-8000-000000000000", input: {} });
  });

  test("is obeyed by calls within seconds, and ends open WebSockets so that they come back as what the key is now", async () => {
    const { key, client } = await aKey("OPERATOR");
    const { id } = await aLiveCampaign(app.client);
    const watched = client.subscribe("subscription ($id: ID!) { messageEvents(campaignId: $id) { at } }", { id });
    await client.expectData("query ($id: ID!) { deadLetters(campaignId: $id) { edges { cursor } } }", { id });
    await app.client.expectData(updateDocument, { id: key.id, input: { role: "VIEWER" } });
    const refusal = async () =>
      (await client.call(`{ deadLetters(campaignId: "${id}") { edges { cursor } } }`)).errors?.[0]?.extensions.code;
    await until("the refusal", async () => (await refusal()) === "PERMISSION_MISSING", 4);
    await watched.done;
    expect(watched.errors).toEqual([expect.objectContaining({ code: 4403, reason: "The rights of this key have changed" })]);
  });
});

describe("scopes", () => {
  test("narrow a role", async () => {
    const { key, client } = await aKey("ADMIN", { scopes: ["configurations:read", "campaigns:read"] });
    expect(key.permissions).toEqual(["campaigns:read", "configurations:read"]);
    await client.expectData("{ campaigns { totalCount } }");
    await client.expectCode("PERMISSION_MISSING", "{ apiKeys { totalCount } }");
  });

  test.each<[string, object, RegExp]>([
    [
      "one that the role has not",
      { role: "VIEWER", scopes: ["campaigns:write"] },
      /the role VIEWER does not have campaigns:write/,
    ],
    [
      "one without what its answers show",
      { role: "ADMIN", scopes: ["profiles:write"] },
      /profiles:write needs profiles:read as well/,
    ],
    ["one that there is not", { role: "ADMIN", scopes: ["everything"] }, /scopes\.0/],
    ["none at all", { role: "ADMIN", scopes: [] }, /scopes/],
    ["keys:write with a limit to campaigns", { role: "ADMIN", labels: ["fr"] }, /cannot be limited to campaigns or labels/],
    ["a campaign that is no id", { role: "VIEWER", campaignIds: ["x"] }, /must be the id of a campaign/],
    ["a limit to no campaign", { role: "VIEWER", campaignIds: [] }, /campaignIds/],
  ])("%s is refused", async (_what, fields, sentence) => {
    const error = await app.client.expectCode("INPUT_INVALID", createDocument, { input: { name: "N", ...fields } });
    expect(error.message).toMatch(sentence);
  });

  test("nobody gives, takes over or raises a key beyond their own permissions", async () => {
    const { client } = await aKey("ADMIN", { scopes: ["keys:write"] });
    const victim = (await aKey("ADMIN")).key.id;
    const weak = (await client.expectData(createDocument, { input: { name: "W", role: "ADMIN", scopes: ["keys:write"] } }))
      .createApiKey;
    await client.expectCode("PERMISSION_MISSING", createDocument, { input: { name: "N", role: "VIEWER" } });
    await client.expectCode("PERMISSION_MISSING", rotateDocument, { id: victim });
    await client.expectCode("PERMISSION_MISSING", updateDocument, { id: weak.key.id, input: { scopes: null } });
    await client.expectCode("PERMISSION_MISSING", updateDocument, { id: victim, input: { name: "mine" } });
  });
});

test("the list of keys is paged, newest first, and filtered by what became of them", async () => {
  const { key: revoked } = await aKey("VIEWER");
  await app.client.expectData(revokeDocument, { id: revoked.id });
  const { key: expired } = await aKey("VIEWER");
  const { key: active } = await aKey("VIEWER");
  await expires(app, expired.id);
  const list = `query ($status: [ApiKeyStatus!], $first: Int, $after: String) { apiKeys(status: $status, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { id status } } } }`;
  const read = async (variables: object) => (await app.client.expectData(list, { ...variables })).apiKeys;
  const newest = async (status: string[]) => (await read({ status, first: 1 })).edges[0].node;
  expect(await newest(["REVOKED"])).toEqual({ id: revoked.id, status: "REVOKED" });
  expect(await newest(["EXPIRED"])).toEqual({ id: expired.id, status: "EXPIRED" });
  expect(await newest(["ACTIVE"])).toEqual({ id: active.id, status: "ACTIVE" });
  const [all, ...parts] = await Promise.all([
    read({}),
    ...["ACTIVE", "EXPIRED", "REVOKED"].map((status) => read({ status: [status] })),
  ]);
  expect(parts.reduce((sum, part) => sum + part.totalCount, 0)).toBe(all.totalCount);
  const first = await read({ first: 2 });
  const second = await read({ first: 2, after: first.pageInfo.endCursor });
  expect([...first.edges, ...second.edges]).toEqual(all.edges.slice(0, 4));
});

describe("campaigns that a key is limited to", () => {
  test("it executes those, at once and again, and others do not exist for it, nor their requestIds", async () => {
    const [own, other] = [await aLiveCampaign(app.client), await aLiveCampaign(app.client)];
    const { client } = await aKey("TRIGGER", { campaignIds: [own.id] });
    const call = (campaignId: string, requestId: string) => ({ input: { campaignId, requestId, recipients: recipients(1) } });
    for (const requestId of ["a", "b", "b"]) await client.expectData(executeDocument, call(own.id, requestId));
    await app.client.expectData(executeDocument, call(other.id, "known"));
    for (const requestId of ["new", "known"]) {
      const error = await client.expectCode("CAMPAIGN_NOT_FOUND", executeDocument, call(other.id, requestId));
      expect(error.message).toBe(`There is no campaign ${other.id}.`);
    }
  });

  test("it makes no others", async () => {
    const { id } = await aCampaign(app.client);
    const { client } = await aKey("AUTHOR", { campaignIds: [id] });
    await client.expectCode("PERMISSION_MISSING", `mutation { duplicateCampaign(id: "${id}") { id } }`);
  });
});

test("the last ADMIN key that works can neither be revoked nor become less, however many ask at once", async () => {
  const alone = await startTestApp();
  try {
    const id = (await alone.client.expectData("{ viewer { id } }")).viewer.id;
    await alone.client.expectCode("LAST_ADMIN_KEY", revokeDocument, { id });
    for (const input of [{ role: "VIEWER" }, { scopes: ["keys:write"] }, { expiresAt: "2099-01-01T00:00:00Z" }])
      await alone.client.expectCode("LAST_ADMIN_KEY", updateDocument, { id, input });
    await alone.client.expectData(updateDocument, { id, input: { name: "the admin" } });
    const other = (await alone.client.expectData(createDocument, { input: { name: "B", role: "ADMIN" } })).createApiKey;
    const keeper = (
      await alone.client.expectData(createDocument, { input: { name: "keeper", role: "ADMIN", scopes: ["keys:write"] } })
    ).createApiKey;
    const codesOf = (answers: readonly Answer[]) => answers.map(({ errors }) => errors?.[0]?.extensions.code ?? "revoked").sort();
    // Somebody who is not one of them ends both at once.
    const third = createGraphqlClient(alone.url, keeper.secret);
    const both = [id, other.key.id].map((each) => third.call(revokeDocument, { id: each }));
    expect(codesOf(await Promise.all(both))).toEqual(["LAST_ADMIN_KEY", "revoked"]);
  } finally {
    await alone.stop();
  }
});

test("of two ADMIN keys that end one another at once, one has ended before it is obeyed", async () => {
  const alone = await startTestApp();
  try {
    const id = (await alone.client.expectData("{ viewer { id } }")).viewer.id;
    const other = (await alone.client.expectData(createDocument, { input: { name: "B", role: "ADMIN" } })).createApiKey;
    const second = createGraphqlClient(alone.url, other.secret);
    await second.expectData("{ viewer { id } }");
    const answers = await Promise.all([
      alone.client.call(revokeDocument, { id: other.key.id }),
      second.call(revokeDocument, { id }),
    ]);
    expect(answers.map(({ errors }) => errors?.[0]?.extensions.code ?? "revoked").sort()).toEqual(["UNAUTHENTICATED", "revoked"]);
  } finally {
    await alone.stop();
  }
});

test("a start with an admin.key that works keeps it; with one whose secret was rotated away it makes another", async () => {
  const alone = await startTestApp();
  const start = () =>
    ensureAdminKey(
      { em: alone.app.database.orm.em.fork(), actor: systemActor, clock: systemClock, log: createLog("silent") },
      { folder: alone.folder, given: null },
    );
  try {
    expect(await start()).toMatchObject({ created: false });
    const id = (await alone.client.expectData("{ viewer { id } }")).viewer.id;
    await alone.client.expectData(rotateDocument, { id, grace: 0 });
    expect(await start()).toMatchObject({ created: true, file: alone.app.adminKeyFile });
    const made = createGraphqlClient(alone.url, readFileSync(alone.app.adminKeyFile ?? "", "utf8").trim());
    expect((await made.expectData("{ viewer { permissions } }")).viewer.permissions).toContain("keys:write");
  } finally {
    await alone.stop();
  }
});

test("what is done with keys is recorded, without their secrets", async () => {
  const { key, secret } = await aKey("VIEWER");
  const rotated = (await app.client.expectData(rotateDocument, { id: key.id, grace: 5 })).rotateApiKey.secret;
  await app.client.expectData(updateDocument, { id: key.id, input: { name: "N" } });
  await app.client.expectData(revokeDocument, { id: key.id });
  const rows = await app.query<{ type: string; text: string }>(
    "select type, event::text as text from event where data->>'keyId' = $1 order by id",
    [key.id],
  );
  expect(rows.map(({ type }) => type)).toEqual(["api-key.created", "api-key.rotated", "api-key.updated", "api-key.revoked"]);
  for (const part of [secret, rotated, readFileSync(app.app.adminKeyFile ?? "", "utf8").trim()])
    expect(JSON.stringify(rows)).not.toContain(part.slice(-43));
});
