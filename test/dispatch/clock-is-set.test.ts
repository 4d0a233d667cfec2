import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createLog } from "../../src/base/index.ts";
import { readConfig } from "../../src/config.ts";
import { nextOffset } from "../../src/dispatch/database-clock.ts";
import { ordinaryPart } from "../../src/dispatch/index.ts";
import { createLeaseWatch } from "../../src/dispatch/lease-watch.ts";
import { startWork, type Work } from "../../src/work.ts";
import { act, aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { expectConservation } from "../support/conservation.ts";
import { makeClockMovable } from "../support/movable-clock.ts";
import { anSmtpCampaign } from "../support/smtp-campaigns.ts";
import { createSinks, refusal } from "../support/smtp-sink.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
let setClock: (moved: string) => Promise<void>;
let work: Work | null = null;
const sinks = createSinks();
beforeAll(async () => {
  app = await startTestApp({}, undefined, undefined, { sends: false });
  setClock = await makeClockMovable(app);
});
afterEach(async () => {
  vi.useRealTimers();
  await work?.stop();
  work = null;
  await setClock("0");
  await sinks.stop();
});
afterAll(() => app.stop());

async function startWorker(): Promise<void> {
  const config = readConfig({ ENVOI_DATA: app.folder, DATABASE_URL: "postgresql://replaced/below" });
  work = await startWork(config, { databaseUrl: app.databaseUrl, part: ordinaryPart, log: createLog("silent") });
}

const trigger = (campaignId: string, requestId: string, count = 50) =>
  execute(app.client, { campaignId, requestId, recipients: recipients(count, requestId) });

const sent = (id: string, count: number) =>
  until(`${count} are sent`, async () => (await statsOf(app.client, id)).sent === count, 8);

test.each([
  ["unlimited", {}],
  ["at a rate", { deliveryRate: 500 }],
])(
  "the database's clock is set back an hour: what waits is sent at once, and what comes then, %s [D56]",
  async (_name, fields) => {
    const { id } = await aLiveCampaign(app.client, fields);
    await startWorker();
    await act(app.client, "pauseCampaign", id);
    await trigger(id, "before");
    await setClock("-1 hour");
    await act(app.client, "resumeCampaign", id);
    await sent(id, 50);
    await trigger(id, "after");
    await sent(id, 100);
    await expectConservation(app.client, id, 100);
    const { asOf } = (await app.client.expectData("query ($id: ID!) { campaign(id: $id) { stats { asOf } } }", { id })).campaign
      .stats;
    expect(Date.now() - Date.parse(asOf)).toBeGreaterThan(3_500_000);
  },
);

test("what is accepted after the clock was set back goes after what was accepted before [D17] [D56]", async () => {
  const { id } = await aLiveCampaign(app.client, { deliveryRate: 100 });
  await startWorker();
  await act(app.client, "pauseCampaign", id);
  const before = (await trigger(id, "before")).execution;
  await setClock("-1 hour");
  const after = (await trigger(id, "after")).execution;
  expect(Date.parse(after.acceptedAt)).toBeGreaterThanOrEqual(Date.parse(before.acceptedAt));
  await act(app.client, "resumeCampaign", id);
  await sent(id, 100);
  const [row] = await app.query(
    `select max(claimed_at) filter (where execution_id = $1) <= min(claimed_at) filter (where execution_id = $2) as "isInOrder"
     from message`,
    [before.id, after.id],
  );
  expect(row).toEqual({ isInOrder: true });
});

test("a worker that begins after the clock was set back sends what was accepted before", async () => {
  const { id } = await aLiveCampaign(app.client);
  await trigger(id, "before");
  await setClock("-1 hour");
  await startWorker();
  await sent(id, 50);
});

test("an hour forward and back again: what was accepted meanwhile and before is sent, nothing stays claimed, and what is scheduled waits for its time [D56]", async () => {
  const [campaign, scheduled] = [await aLiveCampaign(app.client), await aLiveCampaign(app.client)];
  await startWorker();
  const executeAt = new Date(Date.now() + 1_800_000).toISOString();
  await execute(app.client, { campaignId: scheduled.id, requestId: "later", recipients: recipients(5), executeAt });
  await act(app.client, "pauseCampaign", campaign.id);
  await trigger(campaign.id, "before");
  await setClock("1 hour");
  await trigger(campaign.id, "meanwhile");
  await setClock("0");
  await act(app.client, "resumeCampaign", campaign.id);
  await sent(campaign.id, 100);
  await trigger(campaign.id, "after");
  await sent(campaign.id, 150);
  await expectConservation(app.client, campaign.id, 150);
  expect(await statsOf(app.client, scheduled.id)).toMatchObject({ sent: 0, queued: 5 });
  await until("no batch is left", async () => (await app.query("select from batch")).length === 0);
});

test("after the clock was set back a refused message is tried again as late as ever, and neither at once nor in an hour [D15]", async () => {
  const triedAt: number[] = [];
  const sink = await sinks.open({
    onRecipient() {
      triedAt.push(performance.now());
      return triedAt.length < 3 ? refusal(451, "4.7.1 Later") : null;
    },
  });
  const { id } = await anSmtpCampaign(app.client, { port: sink.port });
  await startWorker();
  await trigger(id, "early", 1);
  await until("it was refused", () => triedAt.length === 1);
  await setClock("-1 hour");
  await until("it is sent", async () => (await statsOf(app.client, id)).sent === 1, 20);
  const [first = 0, second = 0, third = 0] = triedAt;
  expect(second - first).toBeGreaterThan(1400);
  expect(third - second).toBeGreaterThan(2900);
  const instants = await app.query<{ isRising: boolean }>(
    `select deferred_at <= claimed_at and claimed_at <= handed_at and handed_at <= settled_at as "isRising"
     from message where campaign_id = $1`,
    [id],
  );
  expect(instants).toEqual([{ isRising: true }]);
});

test("whether another worker lives is judged by what it does, whatever the database's clock says of its lease [D33]", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const watch = createLeaseWatch({ leaseSeconds: 10 });
  const lease = (id: string, leaseUntil: string, isAhead: boolean) => ({ id, leaseUntil, isAhead });
  // The first is alive, the second has died long ago.
  expect(watch.observe([lease("alive", "12:00", true), lease("dead", "11:00", false)])).toEqual({
    renewedIds: ["alive"],
    silentIds: [],
  });
  // An hour forward: both have lapsed by the clock.
  vi.advanceTimersByTime(5000);
  const lapsed = [lease("alive", "12:00", false), lease("dead", "11:00", false)];
  expect(watch.observe(lapsed).renewedIds).toEqual(["alive"]);
  vi.advanceTimersByTime(5001);
  expect(watch.observe(lapsed).renewedIds).toEqual([]);
  // An hour back: neither has, and only one does anything.
  for (let renewal = 0; renewal < 5; renewal += 1) {
    vi.advanceTimersByTime(10_000);
    expect(watch.observe([lease("alive", `12:0${renewal + 1}`, true), lease("dead", "11:00", true)])).toEqual({
      renewedIds: ["alive"],
      silentIds: renewal < 3 ? [] : ["dead"],
    });
  }
});

test("a clock that was set back is not followed, one that was estimated a little too early is", () => {
  expect(nextOffset(5000, 10, 20)).toBe(5000);
  expect(nextOffset(900, 10, 20)).toBe(20);
  expect(nextOffset(0, 3_600_000, 3_600_010)).toBe(3_600_000);
});
