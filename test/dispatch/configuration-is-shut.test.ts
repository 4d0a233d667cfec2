import { afterAll, beforeAll, expect, test } from "vitest";
import { aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { expectConservation } from "../support/conservation.ts";
import type { Data } from "../support/graphql-client.ts";
import { anSmtpConfiguration } from "../support/smtp-campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const save = "mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id } }";

async function configure(fields: Data): Promise<string> {
  const input = { channel: "EMAIL", provider: "sandbox", ...fields };
  return (await app.client.expectData(save, { input })).saveChannelConfiguration.id;
}

async function trigger(fields: Data, count: number): Promise<string> {
  const { id } = await aLiveCampaign(app.client, fields);
  await execute(app.client, { campaignId: id, requestId: "only", recipients: recipients(count) });
  return id;
}

const sentAtLeast = (id: string, count: number) =>
  until(`${count} are sent`, async () => (await statsOf(app.client, id)).sent >= count, 20);

async function troubles(channelConfigurationId: string): Promise<Data[]> {
  const { workers } = await app.client.expectData("{ workers { troubles { kind detail channelConfigurationId } } }");
  return workers
    .flatMap((worker: Data) => worker.troubles)
    .filter((trouble: Data) => trouble.channelConfigurationId === channelConfigurationId);
}

/** Nothing in the worker's hands, and nothing leaves any more. */
async function expectWaiting(id: string, count: number): Promise<number> {
  const { sent } = await until("nothing is under way", async () => {
    const stats = await statsOf(app.client, id);
    return stats.claimed + stats.sending === 0 ? stats : null;
  });
  await app.query("select pg_sleep(1.5)");
  expect(await expectConservation(app.client, id, count)).toMatchObject({ sent, queued: count - sent, claimed: 0, sending: 0 });
  return sent;
}

test.each([
  ["at a rate", { deliveryRate: 200 }, 2000],
  ["under a quota", {}, 600],
])(
  "a channel configuration set inactive in mid-run stops its campaigns and says so; active again, they go on: %s [D19]",
  async (name, fields, count) => {
    const settings = { name: `Switched ${name}`, ...("deliveryRate" in fields ? {} : { quotaPerSecond: 200 }) };
    const channelConfigurationId = await configure(settings);
    const id = await trigger({ channelConfigurationId, ...fields }, count);
    await sentAtLeast(id, 50);
    await configure({ ...settings, id: channelConfigurationId, active: false });
    const { sent, sending } = await statsOf(app.client, id);
    expect(await expectWaiting(id, count)).toBeLessThanOrEqual(sent + sending + 5);
    const said = await until("it says so", async () => {
      const found = await troubles(channelConfigurationId);
      return found.length > 0 ? found : null;
    });
    expect(said).toMatchObject([{ kind: "configuration", detail: expect.stringContaining("is inactive") }]);

    await configure({ ...settings, id: channelConfigurationId, active: true });
    await sentAtLeast(id, count);
    await expectConservation(app.client, id, count);
    expect(await app.query("select from message where campaign_id = $1 and attempts > 1", [id])).toEqual([]);
    await until("nothing more is said", async () => (await troubles(channelConfigurationId)).length === 0);
  },
);

test("news that a channel configuration is inactive may be lost: nothing is marked any more, and it is found out [D19]", async () => {
  const channelConfigurationId = await configure({ name: "Unheard" });
  const id = await trigger({ channelConfigurationId, deliveryRate: 200 }, 1500);
  await sentAtLeast(id, 50);
  await app.query("update channel_configuration set active = false where id = $1", [channelConfigurationId]);
  const { sent, sending } = await statsOf(app.client, id);
  expect(await expectWaiting(id, 1500)).toBeLessThanOrEqual(sent + sending + 5);
  await until("it says so", async () => (await troubles(channelConfigurationId)).length === 1);
  await app.query("update channel_configuration set active = true where id = $1", [channelConfigurationId]);
  await sentAtLeast(id, 1500);
});

test("a configuration whose secret cannot be read holds up its own versions only, is said, and goes on once mended [D19]", async () => {
  const { id: broken, name } = await anSmtpConfiguration(app.client, { port: 9, username: "shop", password: "secret" });
  await app.query("update channel_configuration set sealed_secrets = '\\x00' where id = $1", [broken]);
  const id = await trigger({ channelConfigurationId: broken }, 20);
  const said = await until("it says so", async () => {
    const found = await troubles(broken);
    return found.length > 0 ? found : null;
  });
  expect(said).toMatchObject([{ kind: "configuration", detail: expect.stringContaining("cannot be used") }]);
  expect(await expectWaiting(id, 20)).toBe(0);

  // A version that goes elsewhere: its messages do not wait behind the others.
  const mended = await configure({ name: "Mended" });
  const { revision } = (await app.client.expectData("query ($id: ID!) { campaign(id: $id) { revision } }", { id })).campaign;
  const update = "mutation ($id: ID!, $input: UpdateCampaignInput!) { updateCampaign(id: $id, input: $input) { id } }";
  await app.client.expectData(update, { id, input: { expectedRevision: revision, channelConfigurationId: mended } });
  await app.client.expectData("mutation ($id: ID!) { activateCampaign(id: $id) { id } }", { id });
  await execute(app.client, { campaignId: id, requestId: "after", recipients: recipients(30, "later") });
  await sentAtLeast(id, 30);
  // What a worker is troubled by is told once a second.
  await until("it is said on", async () => (await troubles(broken)).length === 1);
  expect(await expectConservation(app.client, id, 50)).toMatchObject({ sent: 30, queued: 20 });

  await configure({ id: broken, name });
  await sentAtLeast(id, 50);
});
