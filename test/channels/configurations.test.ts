import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditTrail } from "../support/audit.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const save = "mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id name } }";
const input = (fields: Data) => ({ input: { channel: "EMAIL", provider: "sandbox", ...fields } });

test("a name belongs to one configuration; whoever keeps or changes their own is not in the way", async () => {
  const first = (await app.client.expectData(save, input({ name: "Receipts" }))).saveChannelConfiguration;
  const second = (await app.client.expectData(save, input({ name: "Alerts" }))).saveChannelConfiguration;
  const error = await app.client.expectCode("NAME_TAKEN", save, input({ name: "Receipts" }));
  expect(error.message).toContain("give its id to change it");
  await app.client.expectCode("NAME_TAKEN", save, input({ id: second.id, name: "Receipts" }));
  expect((await app.client.expectData(save, input({ id: first.id, name: "Receipts" }))).saveChannelConfiguration).toEqual(first);
  const { channelConfigurations } = await app.client.expectData("{ channelConfigurations { name } }");
  const names = channelConfigurations.map(({ name }: Data) => name);
  expect(names.filter((name: string) => ["Receipts", "Alerts"].includes(name)).sort()).toEqual(["Alerts", "Receipts"]);
});

test.each(["", "no-id", "0"])("the mailbox of a campaign %j is empty", async (campaignId) => {
  const query = "query ($campaignId: ID) { sandboxMessages(campaignId: $campaignId) { totalCount edges { node { id } } } }";
  expect(await app.client.expectData(query, { campaignId })).toEqual({ sandboxMessages: { totalCount: 0, edges: [] } });
});

const everything =
  "id name channel provider category defaultCountry active quotaPerSecond concurrency retryPeriodSeconds revision smtp { host port security verifyCertificate username fromName fromAddress replyToAddress }";
const saveAll = `mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { ${everything} } }`;

async function anSmtpConfiguration(name: string): Promise<Data> {
  const smtp = {
    ...{ host: "smtp.example.com", port: 465, security: "TLS", verifyCertificate: false, username: "u", password: "p" },
    ...{ fromName: "Shop", fromAddress: "shop@example.com", replyToAddress: "help@example.com" },
  };
  const limits = { category: "MARKETING", active: false, quotaPerSecond: 7, concurrency: 3, retryPeriodSeconds: 900 };
  const fields = { input: { name, channel: "EMAIL", provider: "smtp", ...limits, smtp } };
  return (await app.client.expectData(saveAll, fields)).saveChannelConfiguration;
}

test.each<[string, Data, Data]>([
  ["a rename", { name: "Renamed" }, { name: "Renamed" }],
  ["nothing but the id", {}, {}],
  ["its quota", { quotaPerSecond: 9 }, { quotaPerSecond: 9 }],
  ["null for what may be empty", { quotaPerSecond: null, category: null }, { quotaPerSecond: null, category: null }],
  ["null for what may not", { active: null, concurrency: null, retryPeriodSeconds: null, name: null, smtp: null }, {}],
])("saving %s leaves the rest of a configuration as it is", async (what, fields, changed) => {
  const { revision, ...made } = await anSmtpConfiguration(`Kept by ${what.replaceAll(" ", "_")}`);
  const saved = (await app.client.expectData(saveAll, { input: { id: made.id, ...fields } })).saveChannelConfiguration;
  expect(saved).toEqual({ ...made, ...changed, revision: revision + 1 });
});

test("defaultCountry is for SMS, is told in the audit trail, stays when it is not sent, and null empties it", async () => {
  const saved = async (fields: Data): Promise<Data> =>
    (await app.client.expectData(saveAll, { input: fields })).saveChannelConfiguration;
  const made = await saved({ name: "In France", channel: "SMS", provider: "sandbox", defaultCountry: "FR" });
  expect(made.defaultCountry).toBe("FR");
  expect(await saved({ id: made.id, concurrency: 7 })).toMatchObject({ defaultCountry: "FR", concurrency: 7 });
  expect(await saved({ id: made.id, defaultCountry: "BE" })).toMatchObject({ defaultCountry: "BE" });
  expect(await saved({ id: made.id, defaultCountry: null })).toMatchObject({ defaultCountry: null });
  const [, changed] = (await auditTrail(app.client, { entityId: made.id })).map(({ changes }) => changes);
  expect(changed).toEqual([{ field: "defaultCountry", form: "WHOLE", before: "FR", after: "BE" }]);
});

test.each([
  ...["fr", "FRA", "ZZ", "", "33", "+33", "__proto__", "001"].map((country) => ["SMS", country]),
  ...["EMAIL", "PUSH"].map((channel) => [channel, "FR"]),
])("of %s defaultCountry %j is refused, naming it", async (channel, defaultCountry) => {
  const fields = { name: "No country", channel, provider: "sandbox", defaultCountry };
  const error = await app.client.expectCode("INPUT_INVALID", save, { input: fields });
  expect(error.message).toMatch(/defaultCountry.*(ISO 3166-1|has none)/);
});

test("one SMTP setting is changed alone; null empties what may be empty; the password stays", async () => {
  const { revision, ...made } = await anSmtpConfiguration("SMTP alone");
  const sealed = () => app.query("select sealed_secrets from channel_configuration where id = $1", [made.id]);
  const before = await sealed();
  const smtp = { host: "other.example.com", username: null, security: null };
  const saved = (await app.client.expectData(saveAll, { input: { id: made.id, smtp } })).saveChannelConfiguration;
  expect(saved).toEqual({ ...made, smtp: { ...made.smtp, host: "other.example.com", username: null }, revision: revision + 1 });
  expect(await sealed()).toEqual(before);
});

test("whoever saves over what somebody else saved meanwhile is told", async () => {
  const { id, revision } = await anSmtpConfiguration("Read by two");
  const rename = (name: string) => ({ input: { id, name, expectedRevision: revision } });
  const answers = await Promise.all(["One of two", "Two of two"].map((name) => app.client.call(save, rename(name))));
  expect(answers.flatMap(({ errors }) => errors ?? []).map(({ extensions }) => extensions.code)).toEqual(["VERSION_CONFLICT"]);
});

test.each([
  ["name", { channel: "EMAIL", provider: "sandbox" }],
  ["channel", { name: "Without", provider: "sandbox" }],
  ["provider", { name: "Without", channel: "EMAIL" }],
  ["smtp.host", { name: "Without", channel: "EMAIL", provider: "smtp", smtp: { port: 25, fromAddress: "a@example.com" } }],
])("a new configuration without %s is refused, naming it", async (field, fields) => {
  const error = await app.client.expectCode("INPUT_INVALID", save, { input: fields });
  expect(error.message).toContain(`${field}:`);
});

test("configurations are listed by channel and provider, so that a first message goes to the mailbox and nowhere else", async () => {
  await anSmtpConfiguration("Zulu");
  const list = async (filter: string) =>
    (await app.client.expectData(`{ channelConfigurations${filter} { provider channel } }`)).channelConfigurations;
  const sandboxes = await list('(channel: EMAIL, provider: "sandbox")');
  expect(new Set(sandboxes.map(({ provider, channel }: Data) => `${provider} ${channel}`))).toEqual(new Set(["sandbox EMAIL"]));
  expect(await list('(provider: "no such thing")')).toEqual([]);
  expect(readFileSync("schema/operations/find-sandbox.graphql", "utf8")).toContain('provider: "sandbox"');
});
