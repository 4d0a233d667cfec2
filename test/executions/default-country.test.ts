import { afterAll, beforeAll, expect, test } from "vitest";
import { aCampaign, aLiveCampaign, execute, mailbox } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { statementsOf } from "../support/statements.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

/** Numbers that do not say their country are read with that of the channel configuration. */
let app: TestApp;
let french: string;
beforeAll(async () => {
  app = await startTestApp({}, undefined, undefined, { engineRuns: "on its thread" });
  french = await aConfiguration("France", "FR");
});
afterAll(() => app.stop());

const save = "mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id defaultCountry } }";
async function aConfiguration(name: string, defaultCountry: string | null): Promise<string> {
  const input = { name, channel: "SMS", provider: "sandbox", defaultCountry };
  return (await app.client.expectData(save, { input })).saveChannelConfiguration.id;
}
const setCountry = (id: string, defaultCountry: string | null) => app.client.expectData(save, { input: { id, defaultCountry } });

const number = "+33612345678";
const spellings = ["06 12 34 56 78", "0033612345678", "33612345678", "+33 6 12 34 56 78"];
const body = { sms: { body: "Hello" } };
const live = (fields: object = {}) => aLiveCampaign(app.client, { channelConfigurationId: french, ...sms, ...fields });
const sms = { channel: "SMS", content: body };

async function messagesOf(id: string): Promise<Data[]> {
  const fields = "userId namespace address status exclusion exclusionDetail";
  const query = `query ($id: ID!) { execution(id: $id) { status messages { edges { node { ${fields} } } } } }`;
  return until("execution finished", async () => {
    const { execution } = await app.client.expectData(query, { id });
    return execution.status === "FINISHED" && execution.messages.edges.map((edge: Data) => edge.node);
  });
}

async function outcome(campaignId: string, recipients: readonly object[]): Promise<Data[]> {
  const { execution } = await execute(app.client, { campaignId, requestId: crypto.randomUUID(), recipients });
  return messagesOf(execution.id);
}

test("a number in any spelling reaches one person, as userId and in channelData: one profile, found under the number", async () => {
  const { id } = await live();
  const named = spellings.map((userId) => ({ userId }));
  const given = spellings.map((mobilePhoneNumber, index) => ({
    ...{ userId: `u${index}`, namespace: "crm", type: "EXTERNAL", channelData: { mobilePhoneNumber } },
  }));
  const sent = [...named, ...given].map(({ userId }) => ({ userId, status: "SENT", address: number }));
  expect(await outcome(id, [...named, ...given])).toMatchObject(sent);
  expect((await mailbox(app.client, id)).map(({ address }) => address)).toEqual(sent.map(() => number));
  expect(await app.query("select namespace, value from profile_identity")).toEqual([{ namespace: "phone", value: number }]);
  const query = "query ($f: MessageFilterInput!) { messages(filter: $f) { totalCount } }";
  for (const filter of [{ address: number }, { userId: number }])
    expect((await app.client.expectData(query, { f: { ...filter, campaignId: id } })).messages.totalCount).toBe(8);
});

test("suppression, consent and repeats are looked up under the number", async () => {
  const entries = [{ channel: "SMS", value: "+33611111111" }];
  await app.client.expectData("mutation ($e: [SuppressionInput!]!) { addSuppressions(entries: $e) }", { e: entries });
  const profiles = [{ namespace: "phone", userId: "+33622222222", consents: [{ channel: "SMS", state: "OPTED_OUT" }] }];
  await app.client.expectData("mutation ($p: [ProfileInput!]!) { upsertProfiles(profiles: $p) { updatedCount } }", {
    p: profiles,
  });
  const { id } = await live({ category: "MARKETING" });
  const people = ["06 11 11 11 11", "06 22 22 22 22", "06 33 33 33 33", "0033633333333"].map((userId) => ({ userId }));
  expect(await outcome(id, people)).toMatchObject([
    { exclusion: "SUPPRESSED" },
    { exclusion: "NO_CONSENT" },
    { status: "SENT", address: "+33633333333" },
    { exclusion: "DUPLICATE_ADDRESS" },
  ]);
  const transactional = await live();
  const external = { type: "EXTERNAL", userId: "x", namespace: "crm", channelData: { mobilePhoneNumber: "0611111111" } };
  expect(await outcome(transactional.id, [external])).toMatchObject([{ exclusion: "SUPPRESSED" }]);
});

test("what is no number of the country says so, and how to write it", async () => {
  const { id } = await live();
  const people = ["06 12 34 56 7", "+3361234567", "06 12 34 56 78 ext. 5"].map((userId) => ({ userId }));
  const help =
    "The number is not valid in FR, the defaultCountry of the channel configuration: write it with its country, such as +33612345678.";
  expect((await outcome(id, people)).map(({ exclusion, exclusionDetail }) => [exclusion, exclusionDetail])).toEqual([
    ["ADDRESS_INVALID", help],
    ["ADDRESS_INVALID", "The number is not valid: write it with its country, such as +33612345678."],
    ["ADDRESS_INVALID", help],
  ]);
});

test("a number that a profile has is read as it stands: it is compared and looked up under what is stored", async () => {
  const profiles = [{ namespace: "crm", userId: "p", identities: [{ namespace: "phone", value: "06 44 44 44 44" }] }];
  await app.client.expectData("mutation ($p: [ProfileInput!]!) { upsertProfiles(profiles: $p) { updatedCount } }", {
    p: profiles,
  });
  const { id } = await live({ namespace: "crm" });
  expect(await outcome(id, [{ userId: "p" }])).toMatchObject([
    {
      exclusion: "ADDRESS_INVALID",
      exclusionDetail: expect.stringMatching(/^The number is not valid: write it with its country/),
    },
  ]);
});

test("a change of the configuration acts on the next call, also of a campaign that takes the short way in", async () => {
  const configuration = await aConfiguration("Changing", null);
  const { id } = await live({ channelConfigurationId: configuration, createProfiles: false });
  const recipients = [{ userId: "0612345678", type: "EXTERNAL" }];
  const executed = async () => (await outcome(id, recipients)).map(({ address, exclusion }) => [address, exclusion]);
  const isShort = (statements: readonly string[]): boolean => !statements.includes("begin");
  expect(await executed()).toEqual([["0612345678", "ADDRESS_INVALID"]]);
  await setCountry(configuration, "FR");
  expect(await executed()).toEqual([["+33612345678", null]]);
  // Remembered now: the call is committed without a transaction.
  const short = await statementsOf(async () => expect(await executed()).toEqual([["+33612345678", null]]));
  expect(isShort(short)).toBe(true);
  await setCountry(configuration, "IT");
  expect(await executed()).toEqual([["+390612345678", null]]);
  await setCountry(configuration, null);
  expect(await executed()).toEqual([["0612345678", "ADDRESS_INVALID"]]);
});

test("a call that is sent again after the change is the same execution, to the same number", async () => {
  const configuration = await aConfiguration("Repeated", "FR");
  const { id } = await live({ channelConfigurationId: configuration });
  const call = { campaignId: id, requestId: "once", recipients: [{ userId: "06 12 34 56 78" }] };
  const first = await execute(app.client, call);
  await setCountry(configuration, "IT");
  const second = await execute(app.client, call);
  expect(second).toMatchObject({ replayed: true, execution: { id: first.execution.id } });
  expect(await messagesOf(first.execution.id)).toMatchObject([{ status: "SENT", address: number }]);
});

test("a simulation, a preview and a proof read it too, of a draft with the configuration of the draft", async () => {
  const profile = { namespace: "phone", userId: "+33655555555", attributes: { name: "Ada" } };
  await app.client.expectData("mutation ($p: [ProfileInput!]!) { upsertProfiles(profiles: $p) { updatedCount } }", {
    p: [profile],
  });
  const content = { sms: { body: 'Hello {%= profile.name ?: "nobody" %}' } };
  const { id } = await aCampaign(app.client, { ...sms, channelConfigurationId: french, createProfiles: false, content });
  const simulate = `query ($input: ExecuteCampaignInput!) { simulateExecution(input: $input) {
    recipients { edges { node { address exclusion rendered { body } } } } } }`;
  const recipients = [{ userId: "06 55 55 55 55" }, { userId: "06 77 77 77 77" }, { userId: "0" }];
  const input = { campaignId: id, requestId: "simulated", recipients };
  const { simulateExecution } = await app.client.expectData(simulate, { input });
  expect(simulateExecution.recipients.edges.map(({ node }: Data) => node)).toEqual([
    { address: "+33655555555", exclusion: null, rendered: { body: "Hello Ada" } },
    { address: null, exclusion: "PROFILE_NOT_FOUND", rendered: null },
    { address: null, exclusion: "PROFILE_NOT_FOUND", rendered: null },
  ]);
  const preview = "query ($id: ID!, $sample: RecipientInput!) { previewContent(campaignId: $id, sample: $sample) { body } }";
  const sample = { userId: "06 55 55 55 55" };
  expect((await app.client.expectData(preview, { id, sample })).previewContent).toEqual({ body: "Hello Ada" });
  const proof = `mutation ($id: ID!, $to: [String!]!, $sample: RecipientInput) {
    sendProof(campaignId: $id, to: $to, sample: $sample) { address status } }`;
  const sent = await app.client.expectData(proof, { id, to: ["06 12 34 56 78"], sample });
  expect(sent.sendProof).toEqual([{ address: number, status: "SENT" }]);
  const twice = await app.client.expectCode("INPUT_INVALID", proof, { id, to: ["0612345678", number] });
  expect(twice.message).toContain("names an address again");
  expect(await mailbox(app.client, id)).toMatchObject([{ address: number, body: "Hello Ada" }]);
});
