import { afterAll, beforeAll, expect, test } from "vitest";
import { planMarking } from "../../src/dispatch/plan-marking.ts";
import { act, aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

const quotaPerSecond = 50;
/** 0.16 seconds of the quota, a batch, and what was on the wire. */
const marginMax = Math.ceil(quotaPerSecond * 0.16) + 3;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

async function aCampaignUnderQuota(fields: Record<string, unknown>, name: string): Promise<string> {
  const save = "mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id } }";
  const input = { name, channel: "EMAIL", provider: "sandbox", quotaPerSecond };
  const { saveChannelConfiguration } = await app.client.expectData(save, { input });
  const { id } = await aLiveCampaign(app.client, { channelConfigurationId: saveChannelConfiguration.id, ...fields });
  await execute(app.client, { campaignId: id, requestId: "only", recipients: recipients(400) });
  return id;
}

type Look = { readonly at: Date; readonly ids: readonly string[] };

/** What is marked at this moment. Some of it has left, and its outcome is not written yet: `notYetLeft` tells them apart. */
async function marked(): Promise<Look> {
  const [look] = await app.query<Look>(
    `select clock_timestamp() as at, array(
       select message.id from message join batch on batch.id = batch_id where sending_at is not null) as ids`,
  );
  return look ?? { at: new Date(), ids: [] };
}

/** Of what was marked then, how many were handed over later or not at all. Judged once all outcomes are written. */
async function notYetLeft({ at, ids }: Look): Promise<number> {
  const counting = "select count(*)::int as count from message where id = any($1) and (handed_at is null or handed_at > $2)";
  const [row] = await app.query<{ count: number }>(counting, [ids, at]);
  return row?.count ?? 0;
}

async function sentAfter(id: string, instant: Date): Promise<number> {
  const counting = "select count(*)::int as count from message where campaign_id = $1 and handed_at > $2";
  const [row] = await app.query<{ count: number }>(counting, [id, instant]);
  return row?.count ?? 0;
}

async function expectFew(looks: readonly Look[], countMax: number): Promise<void> {
  expect(looks.some((look) => look.ids.length > 0)).toBe(true);
  for (const look of looks) expect(await notYetLeft(look)).toBeLessThanOrEqual(countMax);
}

const sentAtLeast = (id: string, count: number) =>
  until(`${count} are sent`, async () => (await statsOf(app.client, id)).sent >= count, 20);

test.each([
  ["without a rate", {}],
  ["at a rate above the quota", { deliveryRate: 1000 }],
])("a provider's quota bounds what is SENDING, and so what leaves after a pause: %s [D25] [D28]", async (name, fields) => {
  const id = await aCampaignUnderQuota(fields, `Quota ${name}`);
  await sentAtLeast(id, 20);
  const looks: Look[] = [];
  for (let look = 0; look < 10; look += 1) looks.push(await marked());
  await act(app.client, "pauseCampaign", id);
  const paused = await marked();
  await app.query("select pg_sleep(2)");
  const after = await statsOf(app.client, id);
  expect(after).toMatchObject({ sending: 0, claimed: 0, queued: 400 - after.sent });
  await expectFew(looks, marginMax);
  expect(await sentAfter(id, paused.at)).toBeLessThanOrEqual(marginMax);
  await act(app.client, "stopCampaign", id);
});

test("campaigns that share a quota share what is marked ahead of it [D25]", async () => {
  const save = "mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id } }";
  const input = { name: "Shared quota", channel: "EMAIL", provider: "sandbox", quotaPerSecond };
  const channelConfigurationId = (await app.client.expectData(save, { input })).saveChannelConfiguration.id;
  const ids = await Promise.all(
    [1, 2, 3, 4].map(async () => {
      const { id } = await aLiveCampaign(app.client, { channelConfigurationId });
      await execute(app.client, { campaignId: id, requestId: "only", recipients: recipients(100) });
      return id;
    }),
  );
  await Promise.all(ids.map((id) => sentAtLeast(id, 8)));
  const looks: Look[] = [];
  for (let look = 0; look < 20; look += 1) looks.push(await marked());
  for (const id of ids) await act(app.client, "stopCampaign", id);
  await until("nothing is on the way", async () => (await marked()).ids.length === 0);
  await expectFew(looks, marginMax + ids.length);
});

const state = { deliveryRate: null, marked: 0, room: 1000, quotaShare: null };

test.each([
  ["without rate and quota: all that the provider takes", { ...state, marked: 200 }, 800],
  ["at a rate: 0.16 s of it", { ...state, deliveryRate: 1000 }, 160],
  ["at a rate: only once half are gone", { ...state, deliveryRate: 1000, marked: 81 }, 0],
  ["at one a second: one more than waits for its slice", { ...state, deliveryRate: 1 }, 2],
  ["with a quota: its share", { ...state, room: 8, quotaShare: 8 }, 8],
  ["with a quota: what waits at the provider counts", { ...state, room: 3, quotaShare: 8 }, 0],
  ["with a quota: what waits in the lane counts", { ...state, room: 8, marked: 5, quotaShare: 8 }, 0],
  ["with a quota below the rate: its share", { ...state, deliveryRate: 1000, room: 8, quotaShare: 8 }, 8],
  ["with a quota above the rate: 0.16 s of the rate", { ...state, deliveryRate: 10, room: 320, quotaShare: 320 }, 2],
  ["a share of one: one at a time", { ...state, room: 1, quotaShare: 1 }, 1],
  ["a share of one that waits", { ...state, room: 0, quotaShare: 1 }, 0],
  ["a provider that takes nothing", { ...state, room: 0 }, 0],
])("what is marked %s", (_, given, count) => {
  expect(planMarking(given)).toBe(count);
});
