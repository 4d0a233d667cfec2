import { afterEach, expect, test } from "vitest";
import type { App } from "../../src/app.ts";
import { act, aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { endsNow, fallsDue, farEnd, farStart } from "../support/dates.ts";
import { changesOf, returnOf, statusOf } from "../support/return.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

// How soon after the return is judged where nothing else runs: test/durability/clock-is-punctual.test.ts.
let app: TestApp | undefined;
let again: App | undefined;
afterEach(async () => {
  await again?.stop();
  await app?.stop();
  again = undefined;
});

test("start and end both passed while the server was away: it starts, then ends, in this order, and nobody gets anything [D27] [D31]", async () => {
  app = await startTestApp();
  const { id } = await aLiveCampaign(app.client, { startAt: farStart, endAt: farEnd });
  const { id: later } = await aLiveCampaign(app.client, { startAt: farStart });
  await app.app.stop();
  const passed =
    "update campaign set opens_at = now() - $2 * interval '1 second', closes_at = now() - $3 * interval '1 second' where id = $1";
  await app.query(passed, [id, 3, 1]);
  await app.query(passed, [later, 2, null]);
  again = await returnOf(app);
  const server = app;
  await until("COMPLETED", async () => (await statusOf(server, id)) === "COMPLETED");
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
  const { id } = await aLiveCampaign(app.client, { endAt: farEnd, deliveryRate: 20 });
  await execute(app.client, { campaignId: id, requestId: "now", recipients: recipients(200) });
  const later = { campaignId: id, requestId: "later", recipients: recipients(5, "later"), executeAt: farStart };
  const { execution } = await execute(app.client, later);
  const { client } = app;
  await until("some are sent", async () => (await statsOf(client, id)).sent > 0);
  await app.app.stop();
  await fallsDue(app, execution.id);
  const endAt = await endsNow(app, id);
  again = await returnOf(app);
  const server = app;
  await until("COMPLETED", async () => (await statusOf(server, id)) === "COMPLETED");
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
  await endsNow(app, id);
  again = await returnOf(app);
  const server = app;
  await until("COMPLETED", async () => (await statusOf(server, id)) === "COMPLETED");
  expect(await changesOf(app, id)).toEqual(["DRAFT LIVE", "LIVE PAUSED", "PAUSED COMPLETED"]);
});
