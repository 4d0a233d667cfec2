import { afterEach, beforeEach, expect, test } from "vitest";
import type { App } from "../../src/app.ts";
import { aLiveCampaign } from "../support/campaigns.ts";
import { farEnd, farStart } from "../support/dates.ts";
import { changesOf, returnOf, statusOf } from "../support/return.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

/** Judged by recorded instants: when a campaign changed, beside when it was to. */
let app: TestApp;
let again: App | undefined;
beforeEach(async () => {
  app = await startTestApp();
});
afterEach(async () => {
  await again?.stop();
  await app.stop();
  again = undefined;
});

async function changedAt(id: string, to: string): Promise<number> {
  await until(to, async () => (await statusOf(app, id)) === to);
  const rows = await app.query<{ at: Date }>(
    "select at from event where campaign_id = $1 and type = 'campaign.status-changed' and data->>'to' = $2",
    [id, to],
  );
  return rows[0]?.at.getTime() ?? Number.NaN;
}

/** A date each, a tenth of a second apart: they meet every moment between two looks of the clock. */
async function setApart(column: "opens_at" | "closes_at", ids: readonly string[]): Promise<number[]> {
  const rows = await app.query<{ id: string; at: Date }>(
    `update campaign set ${column} = now() + (0.5 + 0.1 * place) * interval '1 second'
     from unnest($1::uuid[]) with ordinality as given (id, place) where given.id = campaign.id
     returning campaign.id, ${column} as at`,
    [ids],
  );
  return ids.map((id) => rows.find((row) => row.id === id)?.at.getTime() ?? Number.NaN);
}

async function expectWithinASecond(ids: readonly string[], due: readonly number[], to: string): Promise<void> {
  for (const [index, id] of ids.entries()) {
    const delay = (await changedAt(id, to)) - (due[index] ?? Number.NaN);
    expect(delay).toBeGreaterThanOrEqual(0);
    expect(delay).toBeLessThan(1000);
  }
}

test("campaigns go LIVE at their start and COMPLETED at their end, each within a second and never before [D27] [D31]", async () => {
  const dates = { startAt: farStart, endAt: farEnd };
  const campaigns = await Promise.all(Array.from({ length: 10 }, () => aLiveCampaign(app.client, dates)));
  const ids = campaigns.map(({ id }) => id);
  await expectWithinASecond(ids, await setApart("opens_at", ids), "LIVE");
  await expectWithinASecond(ids, await setApart("closes_at", ids), "COMPLETED");
});

test("a start that passed meanwhile happens within a second of the return, and one that cannot is FAILED for good [D27]", async () => {
  const { id } = await aLiveCampaign(app.client, { startAt: farStart });
  const { id: failing } = await aLiveCampaign(app.client, { startAt: farStart, endAt: farEnd, channel: "SMS" });
  await app.app.stop();
  await app.query("update channel_configuration set active = false where channel = 'SMS'");
  await app.query("update campaign set opens_at = now() - interval '1 second'");
  await app.query("update campaign set closes_at = now() - interval '1 millisecond' where id = $1", [failing]);
  again = await returnOf(app);
  const since = Date.now();
  expect((await changedAt(id, "LIVE")) - since).toBeLessThan(1000);
  expect(await changesOf(app, id)).toEqual(["DRAFT SCHEDULED", "SCHEDULED LIVE"]);
  expect((await changedAt(failing, "FAILED")) - since).toBeLessThan(1000);
  expect(await changesOf(app, failing)).toEqual(["DRAFT SCHEDULED", "SCHEDULED FAILED"]);
});
