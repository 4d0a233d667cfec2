import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { act, aLiveCampaign, execute, mailbox, recipients, statsOf } from "../support/campaigns.ts";
import { expectConservation } from "../support/conservation.ts";
import type { Data } from "../support/graphql-client.ts";
import { onTheWayAtMost, repeatedHandOvers } from "../support/hand-overs.ts";
import { countBetween, sortedInstants } from "../support/instants.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const deliveryRate = 1000;

async function trigger(count: number, fields: Record<string, unknown> = {}): Promise<{ id: string; executionId: string }> {
  const { id } = await aLiveCampaign(app.client, { deliveryRate, ...fields });
  const { execution } = await execute(app.client, { campaignId: id, requestId: "only", recipients: recipients(count) });
  return { id, executionId: execution.id };
}

const untilSent = (id: string, count: number) =>
  until(`${count} sent`, async () => (await statsOf(app.client, id)).sent >= count, 60);

/** Everything has its end: nothing queued, claimed or sending. */
async function untilSettled(id: string): Promise<Data> {
  return until("nothing is open", async () => {
    const stats = await statsOf(app.client, id);
    return stats.queued + stats.claimed + stats.sending === 0 ? stats : null;
  });
}

async function expectNobodyTwice(id: string, count: number): Promise<Data[]> {
  const entries = await mailbox(app.client, id);
  expect(entries).toHaveLength(count);
  expect(new Set(entries.map((entry) => entry.address)).size).toBe(count);
  expect(repeatedHandOvers(entries)).toBe(0);
  expect(await app.query("select from message where campaign_id = $1 and attempts > 1", [id])).toEqual([]);
  return entries;
}

test("paused and resumed 20 times in a run: everybody once, and hardly anything leaves while it is paused [D28] [D36]", async () => {
  const count = 6000;
  const { id } = await trigger(count);
  const pauses: { readonly from: number; readonly to: number }[] = [];
  for (let cycle = 1; cycle <= 20; cycle += 1) {
    await untilSent(id, (cycle * count) / 25);
    await act(app.client, "pauseCampaign", id);
    const from = Date.now();
    await pause(500);
    await expectConservation(app.client, id, count);
    pauses.push({ from, to: Date.now() });
    await act(app.client, "resumeCampaign", id);
  }
  await untilSent(id, count);
  const instants = sortedInstants(await expectNobodyTwice(id, count));
  for (const { from, to } of pauses) expect(countBetween(instants, from, to)).toBeLessThanOrEqual(onTheWayAtMost(deliveryRate));
});

test("stopped in mid-run: who was waiting is CAMPAIGN_STOPPED, who was sent stays so, nobody is both [D29]", async () => {
  const count = 4000;
  const { id } = await trigger(count);
  await untilSent(id, 1000);
  await act(app.client, "stopCampaign", id);
  const { queued, claimed } = await expectConservation(app.client, id, count);
  expect({ queued, claimed }).toEqual({ queued: 0, claimed: 0 });
  const stats = await untilSettled(id);
  expect(stats.exclusions).toEqual([{ reason: "CAMPAIGN_STOPPED", count: count - stats.sent }]);
  expect(stats.sent).toBeLessThan(count);
  await expectNobodyTwice(id, stats.sent);
});

test("cancelled in mid-run: the execution's rest is EXECUTION_CANCELLED, the campaign's other execution goes on [D30]", async () => {
  const count = 3000;
  const { id, executionId } = await trigger(count);
  await untilSent(id, 500);
  const others = recipients(500, "other");
  await execute(app.client, { campaignId: id, requestId: "other", recipients: others });
  const cancel = "mutation ($id: ID!) { cancelExecution(id: $id) { status } }";
  expect((await app.client.expectData(cancel, { id: executionId })).cancelExecution.status).toBe("CANCELLED");
  const stats = await untilSettled(id);
  expect(stats.exclusions).toEqual([{ reason: "EXECUTION_CANCELLED", count: count + 500 - stats.sent }]);
  const entries = await expectNobodyTwice(id, stats.sent);
  expect(entries.filter((entry) => entry.address.startsWith("other"))).toHaveLength(500);
});

test("the end date comes in mid-run: COMPLETED within a second, who waits is CAMPAIGN_ENDED [D31]", async () => {
  const count = 8000;
  const { id } = await trigger(count, { endAt: "2099-01-01T00:00:00Z" });
  await untilSent(id, 1000);
  const end = "update campaign set closes_at = now() + interval '500 ms' where id = $1 returning closes_at as at";
  const [{ at: endAt } = { at: new Date(0) }] = await app.query<{ at: Date }>(end, [id]);
  const statusOf = async (): Promise<string> =>
    (await app.client.expectData("query ($id: ID!) { campaign(id: $id) { status } }", { id })).campaign.status;
  await until("it is completed", async () => (await statusOf()) === "COMPLETED", 10, 50);
  const completed = "select at from event where data->>'to' = 'COMPLETED' and entity_id = $1";
  const [{ at: completedAt } = { at: new Date() }] = await app.query<{ at: Date }>(completed, [id]);
  expect(completedAt.getTime() - endAt.getTime()).toBeLessThan(1000);
  const stats = await untilSettled(id);
  expect(stats.exclusions).toEqual([{ reason: "CAMPAIGN_ENDED", count: count - stats.sent }]);
  const instants = sortedInstants(await expectNobodyTwice(id, stats.sent));
  const late = countBetween(instants, endAt.getTime(), Number.POSITIVE_INFINITY);
  expect(late, "what was on the way").toBeLessThanOrEqual(onTheWayAtMost(deliveryRate));
});

test("executeAt: SCHEDULED until its instant, sent from then on and not before [D26]", async () => {
  const { id } = await aLiveCampaign(app.client);
  const executeAt = new Date(Date.now() + 2500);
  const call = { campaignId: id, requestId: "later", recipients: recipients(200), executeAt: executeAt.toISOString() };
  const { execution } = await execute(app.client, call);
  expect(execution.status).toBe("SCHEDULED");
  await untilSent(id, 200);
  const [first = 0, ...rest] = sortedInstants(await expectNobodyTwice(id, 200));
  expect(first).toBeGreaterThanOrEqual(executeAt.getTime());
  expect((rest.at(-1) ?? 0) - executeAt.getTime()).toBeLessThan(2000);
});
