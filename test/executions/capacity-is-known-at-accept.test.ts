import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { laneCapacity, plannedSeconds, planWindows } from "../../src/executions/rate-plan.ts";
import { act, aLiveCampaign, execute, executeDocument, statsOf } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const people = (count: number, prefix = "p") =>
  Array.from({ length: count }, (_, index) => ({ userId: `${prefix}${index}@b.example` }));

/** Paused, so that nothing is sent while a test counts. */
async function aPausedCampaign(fields: object): Promise<string> {
  const content = { email: { subject: "S", html: "<p>H</p>", text: "T" } };
  const { id } = await aLiveCampaign(app.client, { content, highThroughput: true, ...fields });
  await act(app.client, "pauseCampaign", id);
  return id;
}

const rateDocument = `mutation ($id: ID!, $rate: Int) { setDeliveryRate(id: $id, perSecond: $rate) {
  deliveryRate stats { accepted queued excluded exclusions { reason count } } } }`;
const setRate = async (id: string, rate: number | null): Promise<Data> =>
  (await app.client.expectData(rateDocument, { id, rate })).setDeliveryRate;

test("50,000 recipients are accepted in one call, one more is not", async () => {
  const id = await aPausedCampaign({});
  const answer = await execute(app.client, { campaignId: id, requestId: "r", recipients: people(50_000) });
  expect(answer).toMatchObject({
    acceptedCount: 50_000,
    toSendCount: 50_000,
    execution: { stats: { accepted: 50_000, queued: 50_000 } },
  });
  await app.client.expectCode("RECIPIENTS_TOO_MANY", executeDocument, {
    input: { campaignId: id, requestId: "s", recipients: people(50_001) },
  });
  expect(await statsOf(app.client, id)).toMatchObject({ accepted: 50_000, queued: 50_000 });
});

test("what does not fit into 12 hours at the rate is excluded and counted at accept, and a simulation says it beforehand [D8] [D23]", async () => {
  const id = await aPausedCampaign({ deliveryRate: 1 });
  const input = { campaignId: id, requestId: "first", recipients: people(43_201) };
  const { simulateExecution } = await app.client.expectData(
    `query ($input: ExecuteCampaignInput!) { simulateExecution(input: $input) {
      acceptedCount excludedCount toSendCount plannedDurationSeconds exclusions { reason count } } }`,
    { input },
  );
  const exclusions = [{ reason: "RATE_WINDOW_EXCEEDED", count: 1 }];
  expect(simulateExecution).toEqual({
    ...{ acceptedCount: 43_201, excludedCount: 1, toSendCount: 43_200, plannedDurationSeconds: 43_200 },
    exclusions,
  });
  const first = await execute(app.client, input);
  expect(first).toMatchObject({
    acceptedCount: 43_201,
    excludedCount: 1,
    toSendCount: 43_200,
    execution: { stats: { exclusions } },
  });
  expect(Date.parse(first.execution.plannedFinishAt) - Date.parse(first.execution.acceptedAt)).toBe(43_200_000);
  const last = await app.query("select user_id, exclusion_detail from message where campaign_id = $1 and status = 'EXCLUDED'", [
    id,
  ]);
  expect(last).toEqual([
    {
      user_id: "p43200@b.example",
      exclusion_detail: "At the campaign's delivery rate this message would not go out within 12 hours.",
    },
  ]);

  const second = await execute(app.client, { campaignId: id, requestId: "second", recipients: people(43_201, "q") });
  expect(second).toMatchObject({
    ...{ acceptedCount: 43_201, excludedCount: 43_201, toSendCount: 0 },
    execution: { status: "FINISHED", stats: { exclusions: [{ reason: "RATE_WINDOW_EXCEEDED", count: 43_201 }] } },
  });
  // Later, when the lane has drained for an hour, there is room again.
  const executeAt = new Date(Date.now() + 3_600_000).toISOString();
  const third = await execute(app.client, { campaignId: id, requestId: "third", recipients: people(3, "r"), executeAt });
  expect(third).toMatchObject({ excludedCount: 0, toSendCount: 3 });
});

test("lowering the rate excludes the right tail, its answer shows it, and raising it brings nobody back [D24]", async () => {
  const id = await aPausedCampaign({ deliveryRate: 3 });
  const { execution: one } = await execute(app.client, { campaignId: id, requestId: "one", recipients: people(43_000, "one") });
  const { execution: two } = await execute(app.client, { campaignId: id, requestId: "two", recipients: people(500, "two") });
  const lowered = await setRate(id, 1);
  expect(lowered.deliveryRate).toBe(1);
  const { exclusions, ...totals } = lowered.stats;
  // The pause came before both calls: their 12 hours stand still.
  expect(exclusions).toEqual([{ reason: "RATE_WINDOW_EXCEEDED", count: 300 }]);
  expect(totals).toMatchObject({ accepted: 43_500, queued: 43_200, excluded: 300 });
  const kept = await app.query(
    `select execution_id as id, count(*)::int as count, max(substring(user_id from '[0-9]+')::int) as last
     from message where campaign_id = $1 and status = 'QUEUED' group by execution_id order by execution_id`,
    [id],
  );
  expect(kept).toEqual([
    { id: one.id, count: 43_000, last: 42_999 },
    { id: two.id, count: 200, last: 199 },
  ]);
  const raised = await setRate(id, 2000);
  expect(raised.stats).toMatchObject({ queued: 43_200, excluded: 300 });
  const none = await setRate(id, null);
  expect(none).toMatchObject({ deliveryRate: null, stats: { queued: 43_200 } });
  // Without a rate everything is taken; a rate set later is measured against the same 12 hours.
  const three = await execute(app.client, { campaignId: id, requestId: "three", recipients: people(200, "three") });
  expect(three).toMatchObject({ toSendCount: 200, execution: { plannedFinishAt: null } });
  expect((await setRate(id, 1)).stats).toMatchObject({ queued: 43_200, excluded: 500 });
});

test("lowering the rate in mid-run excludes the last recipients, and everybody before them keeps their place [D17] [D24]", async () => {
  const content = { email: { subject: "S", html: "<p>H</p>", text: "T" } };
  const { id } = await aLiveCampaign(app.client, { content, highThroughput: true, deliveryRate: 200 });
  const count = 44_600;
  const { execution } = await execute(app.client, { campaignId: id, requestId: "r", recipients: people(count) });
  const sentAtLeast = (least: number) => until("some are sent", async () => (await statsOf(app.client, id)).sent >= least);
  await sentAtLeast(150);
  const { stats } = await setRate(id, 1);
  const [elapsed] = await app.query<{ seconds: number }>(
    "select extract(epoch from clock_timestamp() - accepted_at)::float8 as seconds from execution where id = $1",
    [execution.id],
  );
  // What the provider already has is not cut: at most 0.2 s of the former rate.
  expect(stats.queued).toBeLessThanOrEqual(43_200);
  expect(stats.queued).toBeGreaterThanOrEqual(43_200 - Math.ceil(elapsed?.seconds ?? 0));
  expect(stats.exclusions).toEqual([{ reason: "RATE_WINDOW_EXCEEDED", count: stats.excluded }]);
  expect(stats.excluded).toBeGreaterThan(100);

  const { sent } = await statsOf(app.client, id);
  await sentAtLeast(sent + 3);
  const rows = await app.query<{ place: number; status: string }>(
    `select substring(user_id from '[0-9]+')::int as place, case status when 'EXCLUDED' then 'EXCLUDED' when 'SENT' then 'SENT' else 'OPEN' end as status
     from message where execution_id = $1 order by id`,
    [execution.id],
  );
  expect(rows.map((row) => row.place)).toEqual(people(count).map((_, index) => index));
  const runs = rows.filter((row, index) => row.status !== rows[index - 1]?.status).map((row) => row.status);
  expect(runs).toEqual(["SENT", "OPEN", "EXCLUDED"]);
  expect(rows.filter((row) => row.status === "EXCLUDED")).toHaveLength(stats.excluded);
  await act(app.client, "stopCampaign", id);
});

describe("laneCapacity", () => {
  test.each([
    ["no rate has no end", { deliveryRate: null, owed: 10 }, 0, Number.POSITIVE_INFINITY],
    ["12 hours at the rate", { deliveryRate: 1, owed: 0 }, 0, 43_200],
    ["less what the lane owes", { deliveryRate: 2, owed: 400 }, 0, 86_000],
    ["never below nothing", { deliveryRate: 1, owed: 50_000 }, 0, 0],
    ["what drains until a later start is not owed any more", { deliveryRate: 1, owed: 43_200 }, 3600, 3600],
    ["a later start has 12 hours of its own, not more", { deliveryRate: 1, owed: 0 }, 3600, 43_200],
  ])("%s", (_what, lane, delay, expected) => {
    expect(laneCapacity(lane, delay)).toBe(expected);
  });
});

test("the planned time is what the lane owes and the execution's own messages, at the rate", () => {
  expect(plannedSeconds({ deliveryRate: null, owed: 5 }, 10)).toBeNull();
  expect(plannedSeconds({ deliveryRate: 10, owed: 50 }, 100)).toBe(15);
  expect(plannedSeconds({ deliveryRate: 10, owed: 50 }, 100, 5)).toBe(10);
});

describe("planWindows", () => {
  const execution = (executionId: string, queued: number, secondsLeft: number, secondsUntilStart = 0) => ({
    ...{ executionId, queued, secondsLeft, secondsUntilStart },
  });

  test("cuts the tail of the executions that no longer fit, in the order of sending", () => {
    expect(planWindows(2, [execution("a", 100, 100), execution("b", 80, 75), execution("c", 10, 200)])).toEqual([
      { executionId: "b", keep: 50 },
    ]);
    expect(planWindows(1, [execution("a", 100, 40), execution("b", 5, 44)])).toEqual([
      { executionId: "a", keep: 40 },
      { executionId: "b", keep: 4 },
    ]);
  });

  test("cuts nothing that fits, and everything whose window has ended", () => {
    expect(planWindows(5, [execution("a", 500, 100)])).toEqual([]);
    expect(planWindows(5, [execution("a", 3, -10)])).toEqual([{ executionId: "a", keep: 0 }]);
  });

  test("an execution that begins later cannot use the time before its start", () => {
    expect(planWindows(1, [execution("a", 150, 160, 60)])).toEqual([{ executionId: "a", keep: 100 }]);
    expect(planWindows(1, [execution("a", 90, 100), execution("b", 100, 160, 60)])).toEqual([{ executionId: "b", keep: 70 }]);
  });
});
