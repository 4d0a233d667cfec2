import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aCampaign, act, aLiveCampaign, mailbox } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

async function samplesOf(id: string): Promise<Data> {
  return (
    await app.client.expectData("query ($id: ID!) { campaign(id: $id) { sampleRequests { graphqlCurl restCurl } } }", { id })
  ).campaign.sampleRequests;
}

/** The text as it stands, by the shell that the system has. */
async function run(text: string): Promise<Data> {
  const { stdout } = await promisify(execFile)("/bin/sh", ["-c", text], {
    env: { PATH: process.env.PATH, ENVOI_KEY: app.adminKey, HOME: "/nonexistent" },
  });
  return JSON.parse(stdout);
}

const parts = ({ address, subject, html, text, title, body }: Data) => ({ address, subject, html, text, title, body });

/** By both doors: the same message comes of it. */
async function triggered(id: string): Promise<Data> {
  const { graphqlCurl, restCurl } = await samplesOf(id);
  const answer = await run(graphqlCurl);
  expect(answer.errors, graphqlCurl).toBeUndefined();
  expect(answer.data.executeCampaign, graphqlCurl).toMatchObject({ acceptedCount: 1, excludedCount: 0 });
  const overRest = await run(restCurl);
  expect(overRest, restCurl).toMatchObject({ replayed: false, counts: { accepted: 1, excluded: 0, toSend: 1 } });
  const messages = await until("both messages", async () => {
    const found = await mailbox(app.client, id);
    return found.length === 2 && found;
  });
  const [one, other] = messages.map(parts);
  expect(other).toEqual(one);
  const executions = messages.map(({ executionId }) => executionId).sort();
  expect(executions).toEqual([answer.data.executeCampaign.execution.id, overRest.executionId].sort());
  return messages[0];
}

test("the printed cURL of a live campaign triggers it as it stands, with every variable of the live content", async () => {
  const html = `<p>{{profile.firstName}} {{context.order.id}}</p>{{#each context.items as |item|}}<b>{{item.title}}</b>{{/each}}`;
  const { id } = await aLiveCampaign(app.client, {
    createProfiles: false,
    content: { email: { subject: "Order {{context.order.id}}", html, text: "T" } },
  });
  const message = await triggered(id);
  expect(message).toMatchObject({ address: "ada@example.com", subject: "Order id" });
  expect(message.html).toContain("<p>firstName id</p><b>title</b>");
  expect(await app.query("select 1 from profile")).toEqual([]);
});

const functionsOnVariables =
  '{%= sum(context.items, "price") %} {%= formatDate(context.at, "yyyy") %} {%= join(context.tags, ",") %}';

test("a variable that a function reads is a list, a number or a date-time: the printed call leaves no holes", async () => {
  const { id } = await aLiveCampaign(app.client, { channel: "SMS", content: { sms: { body: functionsOnVariables } } });
  expect(await triggered(id)).toMatchObject({ body: "1 2026 tags" });
});

test("the review of a draft, and of a content that is not saved, has sample data that the preview prints", async () => {
  const content = { sms: { body: functionsOnVariables } };
  const sampleData = { profile: {}, context: { items: [{ price: 1 }], at: "2026-01-30T12:00:00Z", tags: ["tags"] } };
  const check = "query ($content: CampaignContentInput!) { checkContent(channel: SMS, content: $content) { sampleData } }";
  expect((await app.client.expectData(check, { content })).checkContent).toEqual({ sampleData });
  const { id } = await aCampaign(app.client, { channel: "SMS", content });
  const { campaign } = await app.client.expectData("query ($id: ID!) { campaign(id: $id) { review { sampleData } } }", { id });
  expect(campaign.review).toEqual({ sampleData });
  const preview = "query ($id: ID!, $sample: RecipientInput!) { previewContent(campaignId: $id, sample: $sample) { body } }";
  const sample = { userId: "+33639980001", namespace: "phone", type: "EXTERNAL", context: campaign.review.sampleData.context };
  expect((await app.client.expectData(preview, { id, sample })).previewContent).toEqual({ body: "1 2026 tags" });
});

test.each([
  ["SMS", "email", { sms: { body: "Hi {{context.name}}" } }, { address: "+33639980001", body: "Hi name" }],
  ["SMS", "phone", { sms: { body: "Hi {{context.name}}" } }, { address: "+33639980001" }],
  ["PUSH", "ecid", { push: { title: "{{context.name}}", body: "B" } }, { address: "token-of-the-device", title: "name" }],
  ["EMAIL", "customer", { email: { subject: "S", html: "<p>x</p>" } }, { address: "ada@example.com" }],
])("of %s named by %s too", async (channel, namespace, content, expected) => {
  const { id } = await aLiveCampaign(app.client, { channel, namespace, content });
  expect(await triggered(id)).toMatchObject(expected);
});

test("values are of the types that contextSchema declares, with what it requires, so that nobody is excluded", async () => {
  const line = {
    type: "object",
    required: ["sku"],
    properties: { sku: { type: "string", minLength: 12 }, count: { $ref: "#/$defs/count" } },
  };
  const contextSchema = {
    type: "object",
    required: ["code", "agreed"],
    additionalProperties: false,
    properties: {
      code: { type: "string", maxLength: 3 },
      agreed: { type: "boolean" },
      total: { allOf: [{ type: "number", minimum: 10, multipleOf: 4 }] },
      kind: { enum: ["gold", "silver"] },
      lines: { type: "array", minItems: 2, items: line },
      contact: {
        anyOf: [{ type: "object", properties: { email: { type: ["null", "string"] } }, required: ["email"] }, { type: "null" }],
      },
    },
    $defs: { count: { type: "integer", minimum: 3 } },
  };
  const html =
    "<p>{{context.total}} {{context.kind}} {{context.contact.email}}{{#each context.lines as |l|}} {{l.sku}}x{{l.count}}{{/each}}</p>";
  const { id } = await aLiveCampaign(app.client, { contextSchema, content: { email: { subject: "S", html, text: "T" } } });
  expect((await triggered(id)).html).toContain("<p>12 gold email sku.........x3 sku.........x3</p>");
});

test("whatever a variable is called and whatever a schema lists, the shell runs nothing of it", async () => {
  const hostile = ["it's", '"$(id)"', "`id`", "a\nb", "$ENVOI_KEY", "\\'; id #", "'\\''", "emoji 😀", "!!"];
  const contextSchema = {
    type: "object",
    required: hostile,
    properties: Object.fromEntries(hostile.map((name) => [name, { enum: [name] }])),
  };
  const { id } = await aLiveCampaign(app.client, {
    contextSchema,
    content: { email: { subject: "S", html: "<p>{{context.`it's`}}</p>", text: "T" } },
  });
  await triggered(id);
  const [row] = await app.query<{ sent: string }>("select content->>'html' as sent from sandbox_message where campaign_id = $1", [
    id,
  ]);
  expect(row?.sent).toContain("it&#39;s");
});

test("there is one for a campaign that can be triggered, of its live version, each time with a requestId of its own", async () => {
  const { id } = await aCampaign(app.client);
  expect(await samplesOf(id)).toBeNull();
  await act(app.client, "activateCampaign", id);
  const [one, two] = [await samplesOf(id), await samplesOf(id)];
  expect(one.graphqlCurl).toContain(`curl -sSg '${app.url}/graphql'`);
  expect(one.restCurl).toContain(`curl -sSg '${app.url}/im/executions/unitary'`);
  const requestIds = [one, two]
    .flatMap((samples) => Object.values(samples))
    .map((text) => /sample-[0-9a-f-]{36}/.exec(`${text}`)?.[0]);
  expect(new Set(requestIds).size).toBe(4);
  await act(app.client, "pauseCampaign", id);
  expect(await samplesOf(id)).not.toBeNull();
  await act(app.client, "stopCampaign", id);
  expect(await samplesOf(id)).toBeNull();
});

test("over REST a highThroughput campaign has a path of its own, and a MARKETING one none", async () => {
  const fast = await aLiveCampaign(app.client, { highThroughput: true });
  expect((await samplesOf(fast.id)).restCurl).toContain(`'${app.url}/im/executions/highthroughput'`);
  expect(await triggered(fast.id)).toMatchObject({ address: "ada@example.com", subject: "Hello name" });
  const content = { email: { subject: "S", html: "<p>{{message.unsubscribeUrl}}</p>", text: "T" } };
  const marketing = await aLiveCampaign(app.client, { category: "MARKETING", content });
  expect(await samplesOf(marketing.id)).toMatchObject({ graphqlCurl: expect.any(String), restCurl: null });
});

test("it names PUBLIC_URL", async () => {
  const other = await startTestApp({ PUBLIC_URL: "https://mail.example.com/envoi/" });
  try {
    const { id } = await aLiveCampaign(other.client);
    const { campaign } = await other.client.expectData(
      "query ($id: ID!) { campaign(id: $id) { sampleRequests { graphqlCurl restCurl } } }",
      { id },
    );
    expect(campaign.sampleRequests.graphqlCurl).toContain("'https://mail.example.com/envoi/graphql'");
    expect(campaign.sampleRequests.restCurl).toContain("'https://mail.example.com/envoi/im/executions/unitary'");
  } finally {
    await other.stop();
  }
});
