import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemActor } from "../../src/access/index.ts";
import { selectMessagesOfPerson } from "../../src/executions/sql/select-messages-of-person.ts";
import { run } from "../../src/storage/index.ts";
import { act, aLiveCampaign, execute, mailbox } from "../support/campaigns.ts";
import { createGraphqlClient, type Data } from "../support/graphql-client.ts";
import { fewestStatementsOf } from "../support/statements.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
let order: string;
let sale: string;
let paused: string;
let firstAt: string;
const context = { name: "A" };

/** Renée gets an order mail, is suppressed for a second one, waits in a paused campaign, and is written to at another address. */
beforeAll(async () => {
  app = await startTestApp({}, undefined, undefined, { engineRuns: "on its thread" });
  const { client } = app;
  [order, sale, paused] = (await Promise.all(
    ["Order", "Sale", "Paused"].map(async (title) => (await aLiveCampaign(client, { title, namespace: "email" })).id as string),
  )) as [string, string, string];
  await act(client, "pauseCampaign", paused);
  const others = Array.from({ length: 20 }, (_, index) => ({ userId: `other${index}@example.com`, context }));
  await execute(client, { campaignId: order, requestId: "1", recipients: [{ userId: "renée@example.com", context }, ...others] });
  await until("it arrived", async () => (await mailbox(client, order)).length === 21);
  firstAt = new Date().toISOString();
  await client.expectData(`mutation { addSuppressions(entries: [{ channel: EMAIL, value: "renée@example.com" }]) }`);
  await execute(client, { campaignId: order, requestId: "2", recipients: [{ userId: "RENÉE@example.com", context }] });
  await execute(client, {
    campaignId: paused,
    requestId: "3",
    recipients: [
      {
        userId: "customer-7",
        namespace: "crm",
        type: "EXTERNAL",
        channelData: { emailAddress: "renée.office@example.com" },
        context,
      },
    ],
  });
  await execute(client, {
    campaignId: sale,
    requestId: "4",
    recipients: [
      { userId: "customer-7", namespace: "crm", type: "EXTERNAL", channelData: { emailAddress: "Renée@Example.com" }, context },
      ...others,
    ],
  });
  await until("all is settled", async () => (await app.query("select 1 from execution where finished_at is null")).length === 1);
});
afterAll(() => app.stop());

const fields = "id userId address status exclusion campaign { id title } execution { id requestId }";
const list = `query ($filter: MessageFilterInput!, $first: Int, $after: String) {
  messages(filter: $filter, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { ${fields} } } } }`;

async function find(filter: Data, page: Data = {}): Promise<Data> {
  const { messages } = await app.client.expectData(list, { filter, ...page });
  return { ...messages, nodes: messages.edges.map((edge: Data) => edge.node) };
}
const requestsOf = (found: Data): string[] => found.nodes.map((node: Data) => node.execution.requestId);

describe("why somebody got something, or nothing, is one query", () => {
  test("by userId: every message over all campaigns, newest first, with campaign, execution and reason", async () => {
    const found = await find({ userId: "renée@example.com" });
    expect(requestsOf(found)).toEqual(["4", "2", "1"]);
    expect(found.totalCount).toBe(3);
    expect(found.nodes).toMatchObject([
      { status: "EXCLUDED", exclusion: "SUPPRESSED", campaign: { id: sale, title: "Sale" } },
      { status: "EXCLUDED", exclusion: "SUPPRESSED", campaign: { id: order, title: "Order" } },
      { status: "SENT", exclusion: null, campaign: { title: "Order" } },
    ]);
  });

  test.each(["RENÉE@EXAMPLE.COM", "rene\u0301e@example.com", " Renée@example。com ", "renée@ｅxample.com"])(
    "in the spelling %j too, as userId and as address",
    async (spelling) => {
      expect(requestsOf(await find({ userId: spelling }))).toEqual(["4", "2", "1"]);
      expect(requestsOf(await find({ address: spelling }))).toEqual(["4", "2", "1"]);
    },
  );

  test("by a userId that is no address, also while messages wait", async () => {
    expect(requestsOf(await find({ userId: "customer-7" }))).toEqual(["4", "3"]);
    expect((await find({ userId: "customer-7", status: ["QUEUED"] })).nodes).toMatchObject([{ campaign: { id: paused } }]);
    expect(requestsOf(await find({ address: "renée.office@example.com" }))).toEqual(["3"]);
  });

  test("narrowed by campaign, execution, status and time", async () => {
    const person = { userId: "renée@example.com" };
    expect(requestsOf(await find({ ...person, campaignId: order }))).toEqual(["2", "1"]);
    expect(requestsOf(await find({ ...person, status: ["EXCLUDED"] }))).toEqual(["4", "2"]);
    expect(requestsOf(await find({ ...person, since: firstAt }))).toEqual(["4", "2"]);
    expect(requestsOf(await find({ ...person, until: firstAt }))).toEqual(["1"]);
    const [{ execution }] = (await find({ ...person, campaignId: sale })).nodes;
    expect(requestsOf(await find({ ...person, executionId: execution.id }))).toEqual(["4"]);
    expect((await find({ userId: "nobody" })).totalCount).toBe(0);
  });

  test("of a profile: under its identities and to its addresses, whatever the call named it by", async () => {
    const query = `query ($userId: String!, $first: Int, $after: String) { profile(namespace: "email", userId: $userId) {
      messages(first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage } edges { node { execution { requestId } } } } } }`;
    const { profile } = await app.client.expectData(query, { userId: "renée@example.com" });
    expect(profile.messages.edges.map(({ node }: Data) => node.execution.requestId)).toEqual(["4", "2", "1"]);
    const page = async (after: string | null) =>
      (await app.client.expectData(query, { userId: "RENÉE@example.com", first: 2, after })).profile.messages;
    const first = await page(null);
    expect((await page(first.pageInfo.endCursor)).edges.map(({ node }: Data) => node.execution.requestId)).toEqual(["1"]);
    expect(first.totalCount).toBe(3);
  });
});

test("messages of a campaign are listed without a person, newest execution first, page after page without a gap", async () => {
  const seen: Data[] = [];
  for (let after: string | null = null; ; ) {
    const page = await find({ campaignId: order }, { first: 4, after });
    seen.push(...page.nodes);
    expect(page.totalCount).toBe(22);
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
  }
  expect(seen).toHaveLength(22);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(22);
  expect(seen[0].execution.requestId).toBe("2");
  expect((await find({ campaignId: order, status: ["EXCLUDED"] })).totalCount).toBe(1);
});

test("a list of 20 takes as many SQL statements as one of 2", async () => {
  const few = await fewestStatementsOf(() => find({ campaignId: order }, { first: 2 }));
  const many = await fewestStatementsOf(() => find({ campaignId: order }, { first: 20 }));
  expect(many.length, many.join("\n\n")).toBe(few.length);
});

test.each<[string, Data]>([
  ["nobody and nothing", {}],
  ["only a status", { status: ["SENT"] }],
  ["no id", { campaignId: "nonsense" }],
  ["NUL", { userId: "a\0b" }],
  ["an end before the start", { userId: "a", since: "2026-02-01T00:00:00Z", until: "2026-01-01T00:00:00Z" }],
])("a filter with %s is refused with what to do", async (_what, filter) => {
  await app.client.expectCode("INPUT_INVALID", list, { filter });
});

test("a key that is limited to a campaign finds nobody in the others", async () => {
  const query = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }";
  const input = { name: "limited", role: "OPERATOR", campaignIds: [sale] };
  const { createApiKey } = await app.client.expectData(query, { input });
  const limited = createGraphqlClient(app.url, createApiKey.secret);
  const { messages } = await limited.expectData(list, { filter: { userId: "renée@example.com" } });
  expect(messages.edges.map(({ node }: Data) => node.campaign.id)).toEqual([sale]);
  expect(messages.totalCount).toBe(1);
  expect((await limited.expectData(list, { filter: { campaignId: order } })).messages.totalCount).toBe(0);
});

describe("one person among 200,000 messages is found by index, with and without statistics", () => {
  beforeAll(async () => {
    await app.query(`
      insert into message (id, execution_id, campaign_id, version_id, status, attempts, available_at, recipient_type, namespace, user_id, address)
      select gen_random_uuid(), execution.id, execution.campaign_id, execution.version_id, 'SENT', 1, now(), 'EXTERNAL', 'email',
        'many' || number || '@example.com', 'many' || number || '@example.com'
      from (select * from execution order by id limit 1) execution, generate_series(1, 200000) number`);
  });

  test.each(["as it is", "analysed"])("%s", async (state) => {
    if (state === "analysed") await app.query("analyze message");
    const name = "many777@example.com";
    expect(requestsOf(await find({ userId: name }))).toHaveLength(1);
    const person = { userId: { text: name, addressKeys: [name] }, addressKeys: null, profile: null };
    const all = { campaignId: null, executionId: null, statuses: null, since: null, until: null, actor: systemActor };
    const statement = selectMessagesOfPerson({ ...all, person }, person, { after: null, limit: 51 });
    const ctx = { em: app.app.database.orm.em.fork() };
    const [answer] = await run(ctx, sql<{ "QUERY PLAN": unknown }>`explain (analyze, format json) ${statement}`);
    expect(mostRowsOf(answer?.["QUERY PLAN"])).toBeLessThan(100);
  });
});

/** The most rows that any step of a plan read, or looked at and threw away. */
function mostRowsOf(plan: unknown): number {
  const rows: number[] = [0];
  JSON.stringify(plan, (key, value) => {
    if (["Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck"].includes(key))
      rows.push(Number(value));
    return value;
  });
  return Math.max(...rows);
}
