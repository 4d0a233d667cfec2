import { afterEach, expect, test } from "vitest";
import { type App, startApp } from "../../src/app.ts";
import { createLog } from "../../src/base/index.ts";
import { readConfig } from "../../src/config.ts";
import { act, aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp | undefined;
let again: App | undefined;
afterEach(async () => {
  await again?.stop();
  await app?.stop();
  again = undefined;
});

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

/** The same database and folder, by another server. */
async function returns({ folder, databaseUrl }: TestApp): Promise<number> {
  const config = readConfig({ PORT: "0", DATABASE_URL: databaseUrl, ENVOI_DATA: folder, LOG_LEVEL: "silent" });
  again = await startApp(config, { sends: true, log: createLog("silent") });
  return Date.now();
}

const past = (...instants: string[]) => until("the instants are past", () => instants.every((at) => Date.now() > Date.parse(at)));

async function changesOf({ query }: TestApp, id: string): Promise<string[]> {
  const rows = await query<{ change: string }>(
    "select data->>'from' || ' ' || (data->>'to') as change from event where campaign_id = $1 and type = 'campaign.status-changed' order by at, id",
    [id],
  );
  return rows.map((row) => row.change);
}

const statusOf = async ({ query }: TestApp, id: string): Promise<string> =>
  (await query<{ status: string }>("select status from campaign where id = $1", [id]))[0]?.status ?? "";

test("start and end both passed while the server was away: it starts, then ends, in this order, and nobody gets anything [D27] [D31]", async () => {
  app = await startTestApp();
  const [startAt, endAt] = [inSeconds(1), inSeconds(1.5)];
  const { id } = await aLiveCampaign(app.client, { startAt, endAt });
  const { id: later } = await aLiveCampaign(app.client, { startAt: inSeconds(1.2) });
  await app.app.stop();
  await past(startAt, endAt);
  await returns(app);
  const server = app;
  await until("COMPLETED", async () => (await statusOf(server, id)) === "COMPLETED", 5);
  expect(await changesOf(app, id)).toEqual(["DRAFT SCHEDULED", "SCHEDULED LIVE", "LIVE COMPLETED"]);
  expect(await app.query("select 1 from message")).toEqual([]);
  const order = await app.query<{ change: string; first: boolean }>(
    "select data->>'to' as change, campaign_id = $1 as first from event where type = 'campaign.status-changed' and data->>'from' <> 'DRAFT' order by at, id",
    [id],
  );
  expect(order).toEqual([
    { change: "LIVE", first: true },
    { change: "LIVE", first: false },
    { change: "COMPLETED", first: true },
  ]);
  expect(await statusOf(app, later)).toBe("LIVE");
});

test("the end passed while messages waited: after the return none of them leaves, also not those due in between [D31]", async () => {
  app = await startTestApp();
  const [executeAt, endAt] = [inSeconds(3.6), inSeconds(3.9)];
  const { id } = await aLiveCampaign(app.client, { endAt, deliveryRate: 20 });
  await execute(app.client, { campaignId: id, requestId: "now", recipients: recipients(200) });
  await execute(app.client, { campaignId: id, requestId: "later", recipients: recipients(5, "later"), executeAt });
  const { client } = app;
  await until("some are sent", async () => (await statsOf(client, id)).sent > 0);
  await app.app.stop();
  await past(executeAt, endAt);
  await returns(app);
  const server = app;
  await until("COMPLETED", async () => (await statusOf(server, id)) === "COMPLETED", 5);
  const rows = await app.query<{ status: string; exclusion: string | null; count: number; late: number }>(
    "select status, exclusion, count(*)::int as count, count(*) filter (where handed_at >= $2::timestamptz)::int as late from message where campaign_id = $1 group by 1, 2 order by 1",
    [id, endAt],
  );
  expect(rows.map(({ status, exclusion, late }) => [status, exclusion, late])).toEqual([
    ["EXCLUDED", "CAMPAIGN_ENDED", 0],
    ["SENT", null, 0],
  ]);
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(205);
});

test("a start that passed meanwhile happens within a second of the return, and one that cannot is FAILED for good [D27]", async () => {
  app = await startTestApp();
  const startAt = inSeconds(0.8);
  const { id } = await aLiveCampaign(app.client, { startAt });
  const { id: failing } = await aLiveCampaign(app.client, { startAt, endAt: inSeconds(1.2), channel: "SMS" });
  await app.app.stop();
  await app.query("update channel_configuration set active = false where channel = 'SMS'");
  await past(startAt, inSeconds(0.5));
  const server = app;
  const since = await returns(app);
  await until("LIVE", async () => (await statusOf(server, id)) === "LIVE", 5);
  expect(Date.now() - since).toBeLessThan(1000);
  expect(await changesOf(app, id)).toEqual(["DRAFT SCHEDULED", "SCHEDULED LIVE"]);
  await until("FAILED", async () => (await statusOf(server, failing)) === "FAILED", 5);
  expect(await changesOf(app, failing)).toEqual(["DRAFT SCHEDULED", "SCHEDULED FAILED"]);
});

test("a one-shot ends three days after its activation to the millisecond, also when that passed while the server was away [D31]", async () => {
  app = await startTestApp();
  const { id } = await aLiveCampaign(app.client, { oneShot: true });
  const [row] = await app.query<{ milliseconds: number }>(
    "select (extract(epoch from closes_at - activated_at) * 1000)::int as milliseconds from campaign where id = $1",
    [id],
  );
  expect(row?.milliseconds).toBe(3 * 86_400_000);
  await act(app.client, "pauseCampaign", id);
  await app.app.stop();
  await app.query("update campaign set closes_at = now() where id = $1", [id]);
  await returns(app);
  const server = app;
  await until("COMPLETED", async () => (await statusOf(server, id)) === "COMPLETED", 5);
  expect(await changesOf(app, id)).toEqual(["DRAFT LIVE", "LIVE PAUSED", "PAUSED COMPLETED"]);
});
