import { afterAll, beforeAll, expect, test } from "vitest";
import { act, aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

/** As though so many had been sent, and as many excluded, before what it has sent by now. */
async function age(scopeId: string, by: number): Promise<void> {
  await app.query(
    "update delivery_total set accepted = accepted + 2 * $2::bigint, sent = sent + $2, excluded = excluded + $2 where scope_id = $1",
    [scopeId, by],
  );
  await app.query("insert into exclusion_total (scope_id, reason, count) values ($1, 'SUPPRESSED', $2)", [scopeId, by]);
}

const timeline = `query ($id: ID!, $from: DateTime!, $to: DateTime!) {
  deliveryTimeline(campaignId: $id, from: $from, to: $to, bucketSeconds: 60) { sent }
}`;

test("counts go on beyond 2,147,483,647: totals, reasons, timelines and executions are told and moved exactly", async () => {
  const past = 3_000_000_000;
  const { id } = await aLiveCampaign(app.client);
  const { execution } = await execute(app.client, { campaignId: id, requestId: "first", recipients: recipients(1, "first") });
  await until("one is sent", async () => (await statsOf(app.client, id)).sent === 1);
  await age(id, past);
  await age(execution.id, past);
  await app.query("update execution set accepted_count = accepted_count + $2 where id = $1", [execution.id, 2 * past]);
  await app.query("update delivery_second set sent = sent + $2 where campaign_id = $1", [id, past]);
  await act(app.client, "pauseCampaign", id);
  const more = [...recipients(4, "more"), { userId: "nowhere" }];
  await execute(app.client, { campaignId: id, requestId: "second", recipients: more });
  expect(await statsOf(app.client, id)).toMatchObject({ accepted: 2 * past + 6, sent: past + 1, queued: 4, excluded: past + 1 });
  await act(app.client, "resumeCampaign", id);
  const stats = await until("all are sent", async () => {
    const found = await statsOf(app.client, id);
    return found.queued === 0 && found.sent === past + 5 && found;
  });
  expect(stats.exclusions).toContainEqual({ reason: "SUPPRESSED", count: past });
  const read = "query ($id: ID!) { execution(id: $id) { stats { accepted sent } } }";
  expect((await app.client.expectData(read, { id: execution.id })).execution).toEqual({
    stats: { accepted: 2 * past + 1, sent: past + 1 },
  });
  const [from, to] = [new Date(Date.now() - 600_000).toISOString(), new Date(Date.now() + 60_000).toISOString()];
  const { deliveryTimeline: points } = await app.client.expectData(timeline, { id, from, to });
  expect(points.reduce((sum: number, { sent }: { sent: number }) => sum + sent, 0)).toBe(past + 5);
});

test("a count that no JSON number holds exactly is refused rather than rounded", async () => {
  const { id } = await aLiveCampaign(app.client);
  const exact = Number.MAX_SAFE_INTEGER;
  await app.query("insert into delivery_total (scope_id, accepted, sent) values ($1, $2, $2)", [id, exact]);
  expect(await statsOf(app.client, id)).toMatchObject({ accepted: exact, sent: exact });
  await app.query("update delivery_total set accepted = accepted + 2, sent = sent + 2 where scope_id = $1", [id]);
  const { errors } = await app.client.call("query ($id: ID!) { campaign(id: $id) { stats { accepted } } }", { id });
  expect(errors).toMatchObject([{ path: ["campaign", "stats", "accepted"] }]);
  expect(JSON.stringify(errors)).not.toContain("stack");
});
