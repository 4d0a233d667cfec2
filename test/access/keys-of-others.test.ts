import { afterAll, beforeAll, expect, test } from "vitest";
import { createGraphqlClient, type Data, type GraphqlClient } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let keeper: GraphqlClient;
beforeAll(async () => {
  app = await startTestApp();
  keeper = (await aKey({ role: "ADMIN", scopes: ["keys:write"] })).client;
});
afterAll(() => app.stop());

const keyFields = "id role scopes campaignIds labels expiresAt revokedAt";

async function aKey(input: object): Promise<{ id: string; client: GraphqlClient }> {
  const query = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { key { id } secret } }";
  const { createApiKey } = await app.client.expectData(query, { input: { name: "somebody", ...input } });
  return { id: createApiKey.key.id, client: createGraphqlClient(app.url, createApiKey.secret) };
}

async function read(id: string): Promise<Data> {
  const { apiKeys } = await app.client.expectData(`{ apiKeys { edges { node { ${keyFields} } } } }`);
  return apiKeys.edges.map(({ node }: Data) => node).find((node: Data) => node.id === id);
}

const update = "mutation ($id: ID!, $input: UpdateApiKeyInput!) { updateApiKey(id: $id, input: $input) { id } }";

test.each<[string, object]>([
  ["to be a VIEWER", { role: "VIEWER", scopes: null }],
  ["to what the other has", { scopes: ["keys:write"] }],
  ["to end soon", { expiresAt: new Date(Date.now() + 60_000).toISOString() }],
  ["to another name", { name: "nobody" }],
])("a key that only manages keys changes none that may do more: not %s", async (_what, input) => {
  const { id } = await aKey({ role: "ADMIN" });
  const before = await read(id);
  const error = await keeper.expectCode("PERMISSION_MISSING", update, { id, input });
  expect(error.message).toContain("this one does not");
  expect(await read(id)).toEqual(before);
});

test("nor gives it a new secret; it can end it, since whoever keeps keys has to be able to stop a leaked one", async () => {
  const { id } = await aKey({ role: "OPERATOR" });
  await keeper.expectCode("PERMISSION_MISSING", "mutation ($id: ID!) { rotateApiKey(id: $id) { secret } }", { id });
  await keeper.expectData("mutation ($id: ID!) { revokeApiKey(id: $id) { id } }", { id });
  expect((await read(id)).revokedAt).not.toBeNull();
});

test("one that may do no more than it, it changes", async () => {
  const { id } = await aKey({ role: "ADMIN", scopes: ["keys:write"] });
  await keeper.expectData(update, { id, input: { name: "another" } });
});
