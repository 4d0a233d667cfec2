import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aCampaign, act, aLiveCampaign, execute, executeDocument, mailbox, recipients } from "../support/campaigns.ts";
import { createGraphqlClient, type Data, type GraphqlClient } from "../support/graphql-client.ts";
import { fewestStatementsOf } from "../support/statements.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
let ids: Record<"fr" | "de" | "both" | "none", string>;
const opened: GraphqlClient[] = [];

beforeAll(async () => {
  app = await startTestApp({}, undefined, undefined, { engineRuns: "on its thread" });
  const live = async (labels: string[]) => (await aLiveCampaign(app.client, { title: labels.join(" ") || "none", labels })).id;
  ids = { fr: await live(["fr"]), de: await live(["de"]), both: await live(["fr", "de"]), none: await live([]) };
  for (const campaignId of Object.values(ids)) {
    await execute(app.client, { campaignId, requestId: "first", recipients: recipients(1) });
    await until("its message", async () => (await mailbox(app.client, campaignId)).length === 1);
  }
});
afterAll(async () => {
  for (const client of opened) await client.close();
  await app.stop();
});

const createKey = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { key { id } secret } }";
const everything = [
  ...["campaigns:read", "campaigns:write", "campaigns:publish", "campaigns:execute", "messages:read", "messages:resolve"],
  ...["configurations:read", "profiles:read"],
];

async function keyWith(labels: string[] | null): Promise<GraphqlClient> {
  const input = { name: "labelled", role: "ADMIN", scopes: everything, labels };
  const client = createGraphqlClient(app.url, (await app.client.expectData(createKey, { input })).createApiKey.secret);
  opened.push(client);
  return client;
}

const list =
  "query ($first: Int) { campaigns(first: $first) { totalCount edges { node { title labels executions { totalCount } } } } }";

async function titlesSeenBy(client: GraphqlClient): Promise<string[]> {
  const { campaigns } = await client.expectData(list);
  expect(campaigns.totalCount).toBe(campaigns.edges.length);
  return campaigns.edges.map((edge: Data) => edge.node.title).sort();
}

test.each<[string, string[] | null, string[]]>([
  ["without a limit sees all", null, ["de", "fr", "fr de", "none"]],
  ["of fr sees campaigns with fr and those without a label", ["fr"], ["fr", "fr de", "none"]],
  ["of both sees all", ["de", "fr"], ["de", "fr", "fr de", "none"]],
  ["with an empty list sees those without a label", [], ["none"]],
])("a key %s", async (_what, labels, expected) => {
  expect(await titlesSeenBy(await keyWith(labels))).toEqual(expected);
});

describe("a campaign that a key does not see", () => {
  let client: GraphqlClient;
  let unseen: { campaignId: string; executionId: string; messageId: string };
  beforeAll(async () => {
    client = await keyWith(["fr"]);
    const { execution } = await app.client.expectData(`{ execution(campaignId: "${ids.de}", requestId: "first") { id } }`);
    const [message] = await mailbox(app.client, ids.de);
    unseen = { campaignId: ids.de, executionId: execution.id, messageId: message.id };
    await app.query("update message set status = 'FAILED', error_code = '550' where id = $1", [message.id]);
  });

  test("is nowhere: campaign, execution, message, dead letters, mailbox", async () => {
    const nothing = await client.expectData(
      `query ($campaignId: ID!, $executionId: ID!, $messageId: ID!) {
        campaign(id: $campaignId) { id }
        byId: execution(id: $executionId) { id }
        byRequest: execution(campaignId: $campaignId, requestId: "first") { id }
        message(id: $messageId) { id }
        deadLetters(campaignId: $campaignId) { totalCount edges { cursor } }
        deadLetterReasons(campaignId: $campaignId) { count }
        sandboxMessages(campaignId: $campaignId) { totalCount edges { cursor } }
      }`,
      unseen,
    );
    expect(nothing).toEqual({
      campaign: null,
      byId: null,
      byRequest: null,
      message: null,
      deadLetters: { totalCount: 0, edges: [] },
      deadLetterReasons: [],
      sandboxMessages: { totalCount: 0, edges: [] },
    });
    const { deadLetters } = await app.client.expectData(
      `{ deadLetters(campaignId: "${ids.de}") { totalCount edges { cursor } } }`,
    );
    expect(deadLetters.totalCount).toBe(1);
    expect((await client.expectData("{ sandboxMessages { totalCount } }")).sandboxMessages.totalCount).toBe(3);
  });

  test("gets the answer that a campaign gets that there is not", async () => {
    const missing = "01900000-0000-7000-8000-000000000000";
    for (const step of ["activateCampaign", "pauseCampaign", "stopCampaign", "archiveCampaign", "duplicateCampaign"]) {
      const answers = await Promise.all([ids.de, missing].map((id) => client.call(`mutation { ${step}(id: "${id}") { id } }`)));
      const [real, none] = answers.map(({ errors }) =>
        JSON.stringify(errors).replaceAll(/[0-9a-f-]{36}|"requestId":"[^"]*"/g, ""),
      );
      expect(real, step).toBe(none);
      expect(real).toContain("CAMPAIGN_NOT_FOUND");
    }
  });

  test("cannot be executed, not even right after somebody else did, and not under a requestId that it has", async () => {
    for (const requestId of ["second", "third"]) {
      await execute(app.client, { campaignId: ids.de, requestId, recipients: recipients(1) });
      for (const asked of [`${requestId}-own`, requestId]) {
        const input = { campaignId: ids.de, requestId: asked, recipients: recipients(1) };
        await client.expectCode("CAMPAIGN_NOT_FOUND", executeDocument, { input });
      }
    }
  });

  test("says nothing of its status to subscribers", async () => {
    const { id } = await aLiveCampaign(app.client, { title: "seen", labels: ["fr"] });
    const watched = client.subscribe("subscription { campaignStatusChanged { to campaign { title } } }");
    // Its first look is over when a second operation over the same socket is answered, and a moment later.
    await client.subscribe("{ viewer { id } }").done;
    await until("a change that it sees", async () => {
      await act(app.client, "pauseCampaign", ids.de);
      await act(app.client, "resumeCampaign", ids.de);
      await act(app.client, "pauseCampaign", id);
      await act(app.client, "resumeCampaign", id);
      return watched.values.length > 0;
    });
    watched.stop();
    expect(new Set(watched.values.map((value) => value.campaignStatusChanged.campaign.title))).toEqual(new Set(["seen"]));
    await act(app.client, "stopCampaign", id);
    await act(app.client, "archiveCampaign", id);
  });
});

test("a campaign that gets another label is lost to the key at once: for calls, and for streams under way", async () => {
  const { id, revision } = await aLiveCampaign(app.client, { title: "moves", labels: ["fr"] });
  const client = await keyWith(["fr"]);
  const call = (requestId: string) => ({ input: { campaignId: id, requestId, recipients: recipients(1, "moved") } });
  // The second one goes the short way in, with what is remembered of the campaign.
  for (const requestId of ["a", "b"]) await client.expectData(executeDocument, call(requestId));
  const watched = client.subscribe("subscription ($id: ID!) { deliveryStats(campaignId: $id) { accepted } }", { id });
  await until("the first totals", () => watched.values.length > 0);
  const update =
    "mutation ($id: ID!, $input: UpdateCampaignInput!) { updateCampaign(id: $id, input: $input) { revision labels } }";
  const input = { expectedRevision: revision, labels: ["de"] };
  expect((await app.client.expectData(update, { id, input })).updateCampaign.labels).toEqual(["de"]);
  await client.expectCode("CAMPAIGN_NOT_FOUND", executeDocument, call("c"));
  await watched.done;
  expect(watched.errors).toEqual([]);
  await act(app.client, "stopCampaign", id);
});

describe("labels are given", () => {
  const update = "mutation ($id: ID!, $input: UpdateCampaignInput!) { updateCampaign(id: $id, input: $input) { labels } }";

  test("by a limited key only from its own, and never so that it loses sight of the campaign", async () => {
    const client = await keyWith(["fr", "be"]);
    const create = "mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { id revision labels } }";
    const { channelConfigurations } = await client.expectData("{ channelConfigurations(channel: SMS) { id } }");
    const fields = { title: "T", category: "TRANSACTIONAL", channel: "SMS", channelConfigurationId: channelConfigurations[0].id };
    await client.expectCode("PERMISSION_MISSING", create, { input: { ...fields, labels: ["de"] } });
    const { createCampaign } = await client.expectData(create, { input: { ...fields, labels: [" fr ", "fr"] } });
    expect(createCampaign.labels).toEqual(["fr"]);
    const { id, revision: expectedRevision } = createCampaign;
    await client.expectCode("PERMISSION_MISSING", update, { id, input: { expectedRevision, labels: ["fr", "de"] } });
    expect((await client.expectData(update, { id, input: { expectedRevision, labels: ["be"] } })).updateCampaign.labels).toEqual([
      "be",
    ]);
    // Without a label every key with labels would see it.
    const bare = { expectedRevision: expectedRevision + 1, labels: [] };
    await client.expectCode("INPUT_INVALID", update, { id, input: bare });
    expect((await app.client.expectData(update, { id, input: bare })).updateCampaign.labels).toEqual([]);
    const shared = await aCampaign(app.client, { labels: ["fr", "de"] });
    const without = { expectedRevision: shared.revision, labels: ["fr"] };
    await client.expectCode("PERMISSION_MISSING", update, { id: shared.id, input: without });
    await client.expectCode("INPUT_INVALID", update, { id: shared.id, input: { ...without, labels: ["de"] } });
    const { duplicateCampaign } = await client.expectData(`mutation { duplicateCampaign(id: "${shared.id}") { labels } }`);
    expect(duplicateCampaign.labels).toEqual(["fr", "de"]);
  });

  test("up to 50 of 50 characters", async () => {
    const { id, revision: expectedRevision } = await aCampaign(app.client);
    for (const labels of [Array.from({ length: 51 }, (_, index) => `l${index}`), ["x".repeat(51)], [" "], ["a\0"]])
      await app.client.expectCode("INPUT_INVALID", update, { id, input: { expectedRevision, labels } });
  });
});

test("a list costs a limited key as many statements as any other", async () => {
  const client = await keyWith(["fr"]);
  const one = await fewestStatementsOf(() => client.expectData(list, { first: 1 }));
  const many = await fewestStatementsOf(() => client.expectData(list, { first: 50 }));
  const ofAll = await fewestStatementsOf(() => app.client.expectData(list, { first: 50 }));
  expect([many.length, ofAll.length]).toEqual([one.length, one.length]);
});
