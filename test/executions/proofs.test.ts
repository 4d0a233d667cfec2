import { createHash } from "node:crypto";
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
  expect(event?.data).toEqual({
    ...{ versionId: expect.any(String), number: 1, sentCount: 1, failedCount: 0, excludedCount: 0 },
    addressDigests: [createHash("sha256").update("a@b.example").digest("hex")],
  });
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

test("a prefix cannot be emptied", async () => {
  const { id } = await aCampaign(app.client, { content });
  for (const prefix of ["", " ", "\u3000", "\u200b", "\u00ad\u2060 ", "\u115f"])
    expect(await refusal(id, ["a@b.example"], { prefix }), JSON.stringify(prefix)).toBe("INPUT_INVALID");
  expect(await mailbox(app.client, id)).toEqual([]);
});

test("all faults of the addresses are told at once, and spellings of one address are one", async () => {
  const { id } = await aCampaign(app.client, { content });
  const error = await app.client.expectCode("INPUT_INVALID", document, {
    id,
    to: ["a@b.example", "nothing", "A@B\u3002example"],
  });
  expect(error.extensions.details.faults).toMatchObject([
    { field: "to.1", key: "nothing" },
    { field: "to.2", key: "A@B\u3002example" },
  ]);
});

test("a key sends so many proofs a day, over all its calls and at once, and no other key is charged for it", async () => {
  const limited = await startTestApp({ PROOFS_PER_DAY: "25" });
  const { id } = await aCampaign(limited.client, { content });
  const ten = (from: number) => Array.from({ length: 10 }, (_, index) => `p${from + index}@b.example`);
  const answers = await Promise.all([0, 10, 20, 30].map((from) => limited.client.call(document, { id, to: ten(from), sample })));
  const refused = answers.flatMap(({ errors }) => errors ?? []);
  expect(refused.map(({ extensions }) => extensions.code)).toEqual(["RATE_LIMITED", "RATE_LIMITED"]);
  expect(refused[0]?.extensions.details).toMatchObject({ max: 25, retryAfterSeconds: expect.any(Number) });
  expect(await mailbox(limited.client, id)).toHaveLength(20);
  const last = await limited.client.expectData(document, { id, to: ten(40).slice(0, 5), sample });
  expect(last.sendProof).toHaveLength(5);
  await limited.client.expectCode("RATE_LIMITED", document, { id, to: ["one@b.example"], sample });
  const { createApiKey } = await limited.client.expectData(
    `mutation { createApiKey(input: { name: "Author", role: AUTHOR }) { secret } }`,
  );
  const author = createGraphqlClient(limited.url, createApiKey.secret);
  expect((await author.expectData(document, { id, to: ["one@b.example"], sample })).sendProof).toMatchObject([
    { status: "SENT" },
  ]);
  await author.close();
  await limited.stop();
});

test("a key without proofs:send may write a campaign, and sends no proof of it", async () => {
  const { createApiKey } = await app.client.expectData(
    `mutation { createApiKey(input: { name: "Writer", role: AUTHOR,
      scopes: ["campaigns:read", "campaigns:write", "configurations:read"] }) { secret } }`,
  );
  const writer = createGraphqlClient(app.url, createApiKey.secret);
  const { id } = await aCampaign(writer, { content });
  const error = await writer.expectCode("PERMISSION_MISSING", document, { id, to: ["a@b.example"] });
  expect(error.extensions.details).toEqual({ permission: "proofs:send" });
  await writer.close();
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
