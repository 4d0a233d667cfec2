import { afterAll, beforeAll, expect, test } from "vitest";
import { aCampaign } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const query = `query ($id: ID!, $sample: RecipientInput!) { previewContent(campaignId: $id, sample: $sample) {
  subject preheader html text body title imageUrl deepLink data segments encoding payloadBytes issues { severity code message }
} }`;
const preview = async (fields: object, sample: object): Promise<Data> => {
  const { id } = await aCampaign(app.client, fields as Record<string, unknown>);
  return (await app.client.expectData(query, { id, sample })).previewContent;
};

test("a preview of an SMS says its segments and its alphabet", async () => {
  const content = { sms: { body: "Hello {{context.name}}" } };
  const sms = (name: string) => preview({ channel: "SMS", content }, { userId: "+33612345678", context: { name } });
  expect(await sms("Zoe")).toMatchObject({ body: "Hello Zoe", segments: 1, encoding: "GSM-7", payloadBytes: null, issues: [] });
  expect(await sms(`${"Z".repeat(64)}☀`)).toMatchObject({ segments: 2, encoding: "UCS-2" });
});

test("a preview of a push message says all that is sent, and its size", async () => {
  const push = {
    title: "T {{context.name}}",
    body: "B",
    imageUrl: "{{context.image}}",
    data: { order: "{{context.name}}", n: 1 },
  };
  const found = await preview(
    { channel: "PUSH", content: { push }, missingContext: "PRINT_NOTHING" },
    { userId: "u", context: { name: "é" } },
  );
  const payload = { title: "T é", body: "B", data: { order: "é", n: 1 } };
  expect(found).toMatchObject({ ...payload, imageUrl: null, deepLink: null, segments: null, encoding: null });
  expect(found.payloadBytes).toBe(Buffer.byteLength(JSON.stringify(payload)));
});

test("what a context misses is named, whether it excludes or prints nothing", async () => {
  const content = { email: { subject: "S", preheader: "P", html: "<p>Hi {{context.name}}</p>", text: "T" } };
  const message = expect.stringContaining("context.name");
  expect(await preview({ content }, { userId: "a@b.example" })).toMatchObject({
    html: null,
    issues: [{ severity: "ERROR", code: "MISSING_CONTEXT", message }],
  });
  expect(await preview({ content, missingContext: "PRINT_NOTHING" }, { userId: "a@b.example" })).toMatchObject({
    ...{ subject: "S", preheader: "P", html: "<p>Hi </p>", text: "T" },
    issues: [{ severity: "WARNING", code: "MISSING_CONTEXT", message }],
  });
});

test("a stored profile fills in what the sample does not say", async () => {
  await app.client.expectData(
    `mutation { upsertProfiles(profiles: [{ namespace: "crm", userId: "7", attributes: { first: "Ada", last: "Byron" } }]) { createdCount } }`,
  );
  const content = { email: { subject: "{{profile.first}} {{profile.last}}", html: "<p>x</p>" } };
  const sample = { userId: "7", namespace: "crm", profile: { last: "Lovelace" } };
  expect(await preview({ content }, sample)).toMatchObject({ subject: "Ada Lovelace" });
  expect(await preview({ content }, { ...sample, type: "EXTERNAL" })).toMatchObject({ subject: " Lovelace" });
});
