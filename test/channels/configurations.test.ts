import { afterAll, beforeAll, expect, test } from "vitest";
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
