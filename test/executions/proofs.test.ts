import PostalMime from "postal-mime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aCampaign, aLiveCampaign, mailbox, statsOf } from "../support/campaigns.ts";
import { createGraphqlClient, type Data } from "../support/graphql-client.ts";
import { anSmtpConfiguration } from "../support/smtp-campaigns.ts";
import { startSmtpSink } from "../support/smtp-sink.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const document = `mutation ($id: ID!, $to: [String!]!, $sample: RecipientInput, $prefix: String) {
  sendProof(campaignId: $id, to: $to, sample: $sample, subjectPrefix: $prefix) { address status detail key }
}`;
const prove = async (id: string, to: string[], fields: object = {}): Promise<Data[]> =>
  (await app.client.expectData(document, { id, to, ...fields })).sendProof;
const refusal = async (id: string, to: string[], fields: object = {}): Promise<string | undefined> =>
  (await app.client.call(document, { id, to, ...fields })).errors?.[0]?.extensions.code;

const content = { email: { subject: "Hi {{context.name}}", html: "<p>Hi {{context.name}}</p>", text: "Hi {{context.name}}" } };
const sample = { userId: "somebody", context: { name: "Ada" } };

test("proofs go to each address by SMTP, marked in the subject, with keys of their own", async () => {
  const sink = await startSmtpSink({});
  const { id: channelConfigurationId } = await anSmtpConfiguration(app.client, { port: sink.port });
  const { id } = await aCampaign(app.client, { channelConfigurationId, content });
  const results = await prove(id, ["a@b.example", "c@D.example"], { sample });
  expect(results).toEqual([
    { address: "a@b.example", status: "SENT", detail: null, key: expect.any(String) },
    { address: "c@d.example", status: "SENT", detail: null, key: expect.any(String) },
  ]);
  const mails = await Promise.all(sink.deliveries.map(({ raw }) => PostalMime.parse(raw)));
  expect(mails.map(({ subject }) => subject)).toEqual(["[Proof] Hi Ada", "[Proof] Hi Ada"]);
  expect(mails.map(({ messageId }) => messageId).sort()).toEqual(results.map(({ key }) => `<${key}@sender.example>`).sort());
  await sink.stop();
  const [unsent] = await prove(id, ["a@b.example"], { sample });
  expect(unsent).toMatchObject({ status: "FAILED", detail: expect.stringContaining("ECONNREFUSED") });
});

test("a proof is no execution: nothing is counted, and only its counts are recorded", async () => {
  const { id } = await aLiveCampaign(app.client, { content });
  const before = await statsOf(app.client, id);
  const [result] = await prove(id, ["a@b.example"], { sample, prefix: "Look: " });
  const [mail] = await mailbox(app.client, id);
  expect(mail).toMatchObject({ key: result?.key, address: "a@b.example", subject: "Look: Hi Ada" });
  expect(await statsOf(app.client, id)).toEqual(before);
  expect(await app.query("select 1 from execution where id = $1", [mail?.executionId])).toEqual([]);
  const [event] = await app.query("select data from event where type = 'campaign.proof-sent' and campaign_id = $1", [id]);
  expect(event?.data).toEqual({ versionId: expect.any(String), number: 1, sentCount: 1, failedCount: 0, excludedCount: 0 });
});

test("what the sample's context misses prints nothing, and is told", async () => {
  const { id } = await aCampaign(app.client, { content });
  const [result] = await prove(id, ["a@b.example"]);
  expect(result).toMatchObject({ status: "SENT", detail: expect.stringContaining("context.name") });
  expect(await mailbox(app.client, id)).toMatchObject([{ subject: "[Proof] Hi ", text: "Hi " }]);
});

test("the suppression list binds a proof, consent does not", async () => {
  await app.client.expectData(
    `mutation { addSuppressions(entries: [{ channel: EMAIL, value: "blocked@b.example" }])
      upsertProfiles(profiles: [{ namespace: "email", userId: "out@b.example" }]) { createdCount } }`,
  );
  await app.client.expectData(
    `mutation { setConsent(namespace: "email", userId: "out@b.example", channel: EMAIL, consent: OPTED_OUT) { id } }`,
  );
  const marketing = { category: "MARKETING", content: { email: { ...content.email, html: "<p>x</p>" } } };
  const { id } = await aCampaign(app.client, marketing);
  expect(await prove(id, ["Blocked@b.example", "out@b.example"], { sample })).toMatchObject([
    { status: "EXCLUDED", detail: expect.stringContaining("SUPPRESSED"), key: null },
    { status: "SENT" },
  ]);
});

test("proofs of SMS and push have no prefix", async () => {
  const sms = await aCampaign(app.client, { channel: "SMS" });
  await prove(sms.id, ["+33 6 12 34 56 78"], { sample });
  expect(await mailbox(app.client, sms.id)).toMatchObject([{ address: "+33612345678", body: "Hello Ada" }]);
  const push = await aCampaign(app.client, { channel: "PUSH" });
  await prove(push.id, ["token-1"], { sample });
  expect(await mailbox(app.client, push.id)).toMatchObject([{ title: "Hello Ada" }]);
});

test("wrong calls are refused, and nothing is sent", async () => {
  const { id } = await aCampaign(app.client, { content });
  expect(await refusal(id, [])).toBe("INPUT_INVALID");
  expect(
    await refusal(
      id,
      Array.from({ length: 11 }, (_, index) => `a${index}@b.example`),
    ),
  ).toBe("INPUT_INVALID");
  expect(await refusal(id, ["a@b.example", "A@b.example"])).toBe("INPUT_INVALID");
  expect(await refusal(id, ["a@b.example, c@d.example"])).toBe("INPUT_INVALID");
  for (const lineBreak of ["\n", "\r", "\u0085", "\u2028", "\u2029", "\v"])
    expect(await refusal(id, ["a@b.example"], { prefix: `a${lineBreak}Bcc: x@y.example` })).toBe("INPUT_INVALID");
  const faulty = await aCampaign(app.client, { content: { email: { subject: "S", html: "{{nobody.x}}" } } });
  expect(await refusal(faulty.id, ["a@b.example"])).toBe("CAMPAIGN_HAS_ERRORS");
  expect(await mailbox(app.client, id)).toEqual([]);

  const { createApiKey } = await app.client.expectData(
    `mutation { createApiKey(input: { name: "Viewer", role: VIEWER }) { secret } }`,
  );
  const viewer = createGraphqlClient(app.url, createApiKey.secret);
  expect((await viewer.call(document, { id, to: ["a@b.example"] })).errors?.[0]?.extensions.code).toBe("PERMISSION_MISSING");
  await viewer.close();
});
