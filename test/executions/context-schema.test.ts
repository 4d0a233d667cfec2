import { afterAll, beforeAll, expect, test } from "vitest";
import { aCampaign, aLiveCampaign, execute } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const contextSchema = {
  type: "object",
  required: ["name"],
  properties: { name: { type: "string" }, items: { type: "array", items: { properties: { price: { type: "number" } } } } },
};
const people = [
  { userId: "fits@b.example", type: "EXTERNAL", context: { name: "A", items: [{ price: 1 }] } },
  { userId: "absent@b.example", type: "EXTERNAL", context: {} },
  { userId: "none@b.example", type: "EXTERNAL" },
  { userId: "wrong@b.example", type: "EXTERNAL", context: { name: "B", items: [{ price: "1" }] } },
];
const absent = "context.name is absent, and the campaign's contextSchema requires it.";
const wrong = "context.items.0.price does not fit the campaign's contextSchema: it must be number.";
const verdicts = [null, absent, absent, wrong];

const review = "query ($id: ID!) { campaign(id: $id) { review { canActivate issues { severity code path line column } } } }";

test("a context that does not fit its schema excludes its recipient alone, and says why [D8] [D11]", async () => {
  const { id } = await aLiveCampaign(app.client, { contextSchema });
  const input = { campaignId: id, requestId: "r", recipients: people };
  const { simulateExecution } = await app.client.expectData(
    `query ($input: ExecuteCampaignInput!) { simulateExecution(input: $input) {
      excludedCount toSendCount recipients { edges { node { exclusion exclusionDetail } } } } }`,
    { input },
  );
  expect(simulateExecution).toMatchObject({ excludedCount: 3, toSendCount: 1 });
  expect(simulateExecution.recipients.edges.map(({ node }: Data) => node.exclusionDetail)).toEqual(verdicts);

  const accepted = await execute(app.client, input);
  expect(accepted).toMatchObject({ acceptedCount: 4, excludedCount: 3, toSendCount: 1, replayed: false });
  const { execution } = await app.client.expectData(
    "query ($id: ID!) { execution(id: $id) { messages { edges { node { userId exclusion exclusionDetail } } } } }",
    { id: accepted.execution.id },
  );
  const found = execution.messages.edges.map(({ node }: Data) => node);
  expect(found.map((message: Data) => message.exclusionDetail)).toEqual(verdicts);
  expect(found.slice(1).map((message: Data) => message.exclusion)).toEqual(Array(3).fill("MISSING_CONTEXT"));
  expect(await execute(app.client, { ...input, requestId: "again" })).toMatchObject({ excludedCount: 3 });
});

test("whoever is excluded for the context does not take the address from the next one", async () => {
  const unsubscribe = { email: { subject: "s", html: "{{message.unsubscribeUrl}} {{context.name}}", text: "t" } };
  const { id } = await aLiveCampaign(app.client, { contextSchema, category: "MARKETING", content: unsubscribe });
  const channelData = { emailAddress: "same@b.example" };
  const recipients = [{}, { name: "A" }, { name: "B" }].map((context, index) => ({
    ...{ userId: `u${index}`, type: "EXTERNAL", channelData, context },
  }));
  const { execution } = await execute(app.client, { campaignId: id, requestId: "r", recipients });
  expect(execution.stats.exclusions.toSorted((a: Data, b: Data) => a.reason.localeCompare(b.reason))).toEqual([
    { reason: "DUPLICATE_ADDRESS", count: 1 },
    { reason: "MISSING_CONTEXT", count: 1 },
  ]);
});

test("the review finds a faulty schema, and variables outside a good one", async () => {
  const faulty = await aCampaign(app.client, { contextSchema: { properties: { name: { pattern: "(a+)+$" } } } });
  expect((await app.client.expectData(review, { id: faulty.id })).campaign.review).toEqual({
    canActivate: false,
    issues: [
      {
        severity: "ERROR",
        code: "CONTEXT_SCHEMA_INVALID",
        path: "contextSchema.properties.name.pattern",
        line: null,
        column: null,
      },
    ],
  });
  await app.client.expectCode("CAMPAIGN_HAS_ERRORS", "mutation ($id: ID!) { activateCampaign(id: $id) { id } }", {
    id: faulty.id,
  });
  await app.client.expectCode(
    "CAMPAIGN_HAS_ERRORS",
    "query ($input: ExecuteCampaignInput!) { simulateExecution(input: $input) { acceptedCount } }",
    {
      input: { campaignId: faulty.id, requestId: "r", recipients: people },
    },
  );

  const unknown = await aCampaign(app.client, { contextSchema: { properties: { other: {} } } });
  const { issues } = (await app.client.expectData(review, { id: unknown.id })).campaign.review;
  expect(issues.map((issue: Data) => `${issue.code} ${issue.path} ${issue.line}:${issue.column}`)).toEqual([
    "VARIABLE_UNKNOWN content.email.subject 1:9",
  ]);
});

test("a preview says what a sample's context lacks", async () => {
  const { id } = await aCampaign(app.client, { contextSchema });
  const query = `query ($id: ID!, $sample: RecipientInput!) {
    previewContent(campaignId: $id, sample: $sample) { subject issues { code message } } }`;
  const preview = async (sample: unknown) => (await app.client.expectData(query, { id, sample })).previewContent;
  expect(await preview(people[0])).toEqual({ subject: "Hello A", issues: [] });
  expect(await preview(people[1])).toEqual({ subject: null, issues: [{ code: "MISSING_CONTEXT", message: absent }] });
});
