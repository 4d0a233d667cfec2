import { afterAll, beforeAll, expect, test } from "vitest";
import { systemActor } from "../../src/access/index.ts";
import { createLog, systemClock } from "../../src/base/index.ts";
import { claimMessages } from "../../src/dispatch/sql/claim-messages.ts";
import { settleMessages } from "../../src/dispatch/sql/settle-messages.ts";
import { retryMessages } from "../../src/executions/index.ts";
import { run } from "../../src/storage/index.ts";
import { act, execute, recipients, statsOf } from "../support/campaigns.ts";
import { expectConservation } from "../support/conservation.ts";
import {
  aFailedExecution,
  cut,
  type MoodySink,
  readExecution,
  refused,
  resolve,
  retry,
  retryRefused,
  startMoodySink,
  statsFields,
  untilFinished,
} from "../support/dead-letters.ts";
import { createEngineTables } from "../support/engine-tables.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
let sink: MoodySink;
beforeAll(async () => {
  app = await startTestApp();
  sink = await startMoodySink();
});
afterAll(async () => {
  await app.stop();
  await sink.stop();
});

const both = ["FAILED", "UNCERTAIN"];
const dayMilliseconds = 86_400_000;
const messageIdOf = (raw: Buffer): string => /^Message-ID: (.+)$/im.exec(raw.toString())?.[1] ?? "";
const rowsOf = (executionId: string) =>
  app.query<Data>("select *, message::text as text from message where execution_id = $1 order by id", [executionId]);
const untilSealed = (executionId: string) =>
  until("the sweep has sealed", async () => {
    const rows = await rowsOf(executionId);
    return rows.every((row) => row.sealed) && rows;
  });

test("what FAILED messages keep for a replay is sealed: nobody who reads the table finds it [D49]", async () => {
  sink.answer = refused;
  const { campaignId } = await aFailedExecution(app.client, sink, { count: 1 });
  const canary = "canary-4711";
  const person = { userId: "canary@b.example", context: { name: canary }, profile: { nickname: `${canary}-profile` } };
  const { execution: other } = await execute(app.client, { campaignId, requestId: "canary", recipients: [person] });
  await untilFinished(app.client, other.id);
  const [row] = await untilSealed(other.id);
  expect(row).toMatchObject({ status: "FAILED", context: null, profile_data: null });
  const dump = await app.query<{ text: string }>(
    "select coalesce(string_agg(message::text, ''), '') || encode(string_agg(sealed, ''), 'escape') as text from message",
  );
  expect(dump[0]?.text).toContain("canary@b.example");
  expect(dump[0]?.text).not.toContain(canary);
});

test("what was sealed for another message, or under another secret, is not sent: the message stays FAILED and keeps it", async () => {
  const { campaignId, execution } = await aFailedExecution(app.client, sink, { count: 2 });
  const [one, two] = await untilSealed(execution.id);
  const setSealed = "update message set sealed = $2 where id = $1";
  await app.query(setSealed, [one?.id, two?.sealed]);
  sink.answer = () => null;
  expect(await retry(app.client, { campaignId, statuses: both })).toBe(2);
  const after = await untilFinished(app.client, execution.id);
  expect(after.messages).toMatchObject([
    { status: "FAILED", errorCode: "SECRET_UNREADABLE", error: expect.stringContaining("Restore") },
    { status: "SENT" },
  ]);
  await app.query(setSealed, [one?.id, one?.sealed]);
  expect(await retry(app.client, { campaignId, statuses: both })).toBe(1);
  expect((await untilFinished(app.client, execution.id)).stats).toMatchObject({ sent: 2 });
});

test("FAILED messages are sent again under the same key with what they came with, and then nothing is kept [D50]", async () => {
  const { campaignId, execution } = await aFailedExecution(app.client, sink);
  expect(execution.stats).toMatchObject({ accepted: 3, failed: 3 });
  for (const message of execution.messages) {
    expect(message).toMatchObject({ status: "FAILED", attempts: 1, errorCode: "5.1.1", error: expect.stringContaining("550") });
    const daysLeft = (Date.parse(message.replayableUntil) - Date.now()) / dayMilliseconds;
    expect(daysLeft).toBeGreaterThan(6.9);
    expect(daysLeft).toBeLessThanOrEqual(7);
  }
  await untilSealed(execution.id);
  const before = sink.deliveries.length;
  const keys = sink.deliveries.slice(before - 3).map(({ raw }) => messageIdOf(raw));
  sink.answer = () => null;
  expect(await retry(app.client, { campaignId, executionId: execution.id, statuses: ["FAILED"] })).toBe(3);
  const after = await untilFinished(app.client, execution.id);
  expect(after.stats).toMatchObject({ accepted: 3, sent: 3, failed: 0, queued: 0 });
  await expectConservation(app.client, campaignId, 3);

  const again = sink.deliveries.slice(before);
  expect(again.map(({ raw }) => messageIdOf(raw)).sort()).toEqual(keys.sort());
  for (const {
    raw,
    recipients: [address],
  } of again)
    expect(raw.toString()).toContain(`Hello Name ${/\d+/.exec(address ?? "")?.[0]}`);
  for (const message of after.messages) {
    expect(message).toMatchObject({ status: "SENT", attempts: 2, error: null, errorCode: null, replayableUntil: null });
    const steps = message.timeline.map((step: Data) => [step.status, step.attempt]);
    expect(steps).toEqual([
      ["QUEUED", 0],
      ["FAILED", 1],
      ["QUEUED", 1],
      ["CLAIMED", 2],
      ["SENDING", 2],
      ["SENT", 2],
    ]);
    expect(message.timeline[1].error).toContain("no such user");
    const instants = message.timeline.map((step: Data) => Date.parse(step.at));
    expect(instants).toEqual([...instants].sort((one, other) => one - other));
  }
  for (const row of await rowsOf(execution.id)) expect(row).toMatchObject({ sealed: null, context: null, kept_since: null });
  const events = await app.query("select data from event where campaign_id = $1 and type = 'messages.retried'", [campaignId]);
  expect(events).toEqual([{ data: { executionId: execution.id, statuses: ["FAILED"], count: 3 } }]);
});

test("a message that fails again can be retried again, sealed or not yet sealed", async () => {
  const { campaignId, execution } = await aFailedExecution(app.client, sink, { count: 1 });
  for (const attempts of [2, 3, 4]) {
    expect(await retry(app.client, { campaignId, statuses: both })).toBe(1);
    // Its parts are read one after the other, so a look may fall between them.
    const again = await until("it failed again, and that is all", async () => {
      const found = await readExecution(app.client, execution.id);
      return found.status === "FINISHED" && found.messages[0].attempts === attempts && found;
    });
    expect(again.stats).toMatchObject({ accepted: 1, failed: 1 });
    if (attempts === 3) await untilSealed(execution.id);
  }
  sink.answer = () => null;
  expect(await retry(app.client, { campaignId, statuses: both })).toBe(1);
  await untilFinished(app.client, execution.id);
  expect(sink.deliveries.at(-1)?.raw.toString()).toContain("Hello Name 0");
});

test("an execution whose messages are retried is RUNNING until they are settled, and its progress is streamed [D43] [D50]", async () => {
  const { campaignId, execution } = await aFailedExecution(app.client, sink);
  await act(app.client, "pauseCampaign", campaignId);
  const watched = app.client.subscribe(`subscription ($id: ID!) { deliveryStats(campaignId: $id) { ${statsFields} } }`, {
    id: campaignId,
  });
  await until("the present totals", () => watched.values[0]?.deliveryStats.failed === 3);
  sink.answer = () => null;
  expect(await retry(app.client, { campaignId, statuses: ["FAILED"] })).toBe(3);
  expect(await readExecution(app.client, execution.id)).toMatchObject({
    ...{ status: "RUNNING", finishedAt: null, stats: { accepted: 3, queued: 3, failed: 0 } },
  });
  await until("the stream shows it", () => watched.values.at(-1)?.deliveryStats.queued === 3);
  await act(app.client, "resumeCampaign", campaignId);
  await untilFinished(app.client, execution.id);
  await until("the stream shows the end", () => watched.values.at(-1)?.deliveryStats.sent === 3);
  watched.stop();
});

test("a campaign that is not LIVE or PAUSED retries nothing and says what to do; other faults of a call are refused [D50]", async () => {
  const { campaignId, execution } = await aFailedExecution(app.client, sink);
  for (const statuses of [[], ["SENT"], ["FAILED", "QUEUED"]])
    expect(await retryRefused(app.client, "INPUT_INVALID", { campaignId, statuses })).toContain("FAILED, UNCERTAIN or both");
  const nobody = "01900000-0000-7000-8000-000000000000";
  await retryRefused(app.client, "CAMPAIGN_NOT_FOUND", { campaignId: nobody, statuses: both });
  await retryRefused(app.client, "EXECUTION_NOT_FOUND", { campaignId, executionId: nobody, statuses: both });
  const { campaignId: otherId } = await aFailedExecution(app.client, sink, { count: 1 });
  await retryRefused(app.client, "EXECUTION_NOT_FOUND", { campaignId: otherId, executionId: execution.id, statuses: both });
  expect(await retry(app.client, { campaignId, statuses: ["UNCERTAIN"] })).toBe(0);

  await act(app.client, "stopCampaign", campaignId);
  expect(await retryRefused(app.client, "CAMPAIGN_NOT_LIVE", { campaignId, statuses: both })).toContain("Duplicate it");
  expect(await statsOf(app.client, campaignId)).toMatchObject({ failed: 3, queued: 0, excluded: 0 });
});

test("a stop excludes replays that wait, and erases what was kept for them [D29] [D47]", async () => {
  const { campaignId, execution } = await aFailedExecution(app.client, sink);
  await untilSealed(execution.id);
  await act(app.client, "pauseCampaign", campaignId);
  expect(await retry(app.client, { campaignId, statuses: both })).toBe(3);
  await act(app.client, "stopCampaign", campaignId);
  expect((await untilFinished(app.client, execution.id)).stats).toMatchObject({ accepted: 3, failed: 0, excluded: 3 });
  for (const row of await rowsOf(execution.id)) expect(row).toMatchObject({ status: "EXCLUDED", sealed: null, kept_since: null });
});

test("messages of a cancelled execution are passed over [D50]", async () => {
  const { campaignId, execution } = await aFailedExecution(app.client, sink);
  await app.query("update execution set status = 'CANCELLED' where id = $1", [execution.id]);
  expect(await retry(app.client, { campaignId, statuses: both })).toBe(0);
  const found = await readExecution(app.client, execution.id);
  expect(found).toMatchObject({ status: "CANCELLED", stats: { failed: 3 } });
  expect(found.messages.map((message: Data) => message.replayableUntil)).toEqual([null, null, null]);
});

test("after the replay period a message is not sent again, and when there is no other that is said [D51]", async () => {
  const { campaignId, execution } = await aFailedExecution(app.client, sink);
  const [old] = execution.messages;
  const age = "update message set kept_since = now() - interval '7 days 1 second' where execution_id = $1";
  await app.query(`${age} and id = $2`, [execution.id, old.id]);
  sink.answer = () => null;
  expect(await retry(app.client, { campaignId, statuses: both })).toBe(2);
  const after = await untilFinished(app.client, execution.id);
  expect(after.stats).toMatchObject({ sent: 2, failed: 1 });
  expect(after.messages[0]).toMatchObject({ status: "FAILED", replayableUntil: null });
  const said = await retryRefused(app.client, "REPLAY_EXPIRED", { campaignId, statuses: ["FAILED"] });
  expect(said).toContain("kept for 7 days");
});

test("a replay is not cut off by the 12-hour window, nor by a rate that is lowered [D23] [D50]", async () => {
  const { campaignId, execution } = await aFailedExecution(app.client, sink, { fields: { deliveryRate: 100 } });
  await act(app.client, "pauseCampaign", campaignId);
  sink.answer = () => null;
  expect(await retry(app.client, { campaignId, statuses: both })).toBe(3);
  await app.query("update execution set window_ends_at = now() - interval '1 hour' where campaign_id = $1", [campaignId]);
  const lower = "mutation ($id: ID!) { setDeliveryRate(id: $id, perSecond: 50) { stats { queued excluded } } }";
  const { setDeliveryRate } = await app.client.expectData(lower, { id: campaignId });
  expect(setDeliveryRate.stats).toEqual({ queued: 3, excluded: 0 });
  await act(app.client, "resumeCampaign", campaignId);
  expect((await untilFinished(app.client, execution.id)).stats).toMatchObject({ sent: 3, excluded: 0 });
});

test("UNCERTAIN messages are resolved as what a person found them to be; nothing else is touched [D52]", async () => {
  const fields = { onUncertain: "HOLD" };
  const { campaignId, execution } = await aFailedExecution(app.client, sink, { answer: cut, fields });
  expect(execution.stats).toMatchObject({ uncertain: 3 });
  await untilSealed(execution.id);
  const [one, two, three] = execution.messages.map((message: Data) => message.id);
  expect(await resolve(app.client, [one, one, "01900000-0000-7000-8000-000000000000", "no id"], "SENT")).toBe(1);
  expect(await resolve(app.client, [one, two], "FAILED")).toBe(1);
  const found = await readExecution(app.client, execution.id);
  expect(found.stats).toMatchObject({ accepted: 3, sent: 1, failed: 1, uncertain: 1 });
  expect(found.messages).toMatchObject([
    { status: "SENT", error: null, replayableUntil: null },
    { status: "FAILED", error: expect.any(String), replayableUntil: execution.messages[1].replayableUntil },
    { status: "UNCERTAIN" },
  ]);
  const steps = found.messages[0].timeline.map((step: Data) => step.status);
  expect(steps).toEqual(["QUEUED", "CLAIMED", "SENDING", "UNCERTAIN", "SENT"]);
  const kept = (await rowsOf(execution.id)).map((row) => row.sealed !== null);
  expect(kept).toEqual([false, true, true]);
  await expectConservation(app.client, campaignId, 3);

  sink.answer = () => null;
  expect(await retry(app.client, { campaignId, statuses: ["UNCERTAIN"] })).toBe(1);
  expect(await retry(app.client, { campaignId, statuses: ["FAILED"] })).toBe(1);
  expect((await untilFinished(app.client, execution.id)).stats).toMatchObject({ sent: 3 });
  expect(await resolve(app.client, [one, two, three], "FAILED")).toBe(0);
  const events = await app.query("select data from event where campaign_id = $1 and type = 'messages.resolved' order by id", [
    campaignId,
  ]);
  expect(events.map((event) => event.data)).toEqual([
    { as: "SENT", count: 1 },
    { as: "FAILED", count: 1 },
  ]);
});

test("resolving takes 1 to 5,000 ids, and SENT or FAILED only [D52]", async () => {
  const document = "mutation ($ids: [ID!]!, $as: MessageStatus!) { resolveUncertain(ids: $ids, as: $as) }";
  const ids = Array.from({ length: 5000 }, (_, index) => `01900000-0000-7000-8000-${String(index).padStart(12, "0")}`);
  expect(await resolve(app.client, ids, "SENT")).toBe(0);
  for (const wrong of [
    { ids: [], as: "SENT" },
    { ids: [...ids, ...ids.slice(0, 1)], as: "SENT" },
    { ids, as: "QUEUED" },
  ])
    await app.client.expectCode("INPUT_INVALID", document, wrong);
});

test("12,001 messages are retried in one call, each once", async () => {
  const tables = await createEngineTables({ messages: 12_001 });
  try {
    const workerId = await tables.addWorker();
    const nothing = { exclusion: null, exclusionDetail: null, providerMessageId: null, handedAt: null, delaySeconds: 0 };
    for (;;) {
      const claim = { campaignId: tables.campaignId, workerId, limit: 4000, batchSize: 4000 };
      const rows = await run(tables.ctx, claimMessages(claim));
      if (rows.length === 0) break;
      const failed = rows.map(({ id, batchId }) => ({
        ...{ ...nothing, id, batchId, campaignId: tables.campaignId, error: "no", errorCode: "550", status: "FAILED" as const },
      }));
      await run(tables.ctx, settleMessages(failed, [...new Set(rows.map((row) => row.batchId))]));
    }
    expect(await tables.statuses()).toEqual({ FAILED: 12_001 });
    const ctx = { ...tables.ctx, actor: systemActor, clock: systemClock, log: createLog("silent") };
    const input = { campaignId: tables.campaignId, statuses: ["FAILED"] as const };
    expect(await retryMessages(ctx, input, { replayDays: 7 })).toBe(12_001);
    expect(await tables.statuses()).toEqual({ QUEUED: 12_001 });
    const [total] = await tables.query("select accepted, failed from delivery_total where scope_id = $1", [tables.executionId]);
    expect(total).toEqual({ accepted: 12_001, failed: 0 });
    expect(await tables.query("select status, finished_at from execution")).toEqual([{ status: "RUNNING", finished_at: null }]);
    expect(await retryMessages(ctx, input, { replayDays: 7 })).toBe(0);
  } finally {
    await tables.stop();
  }
});

test("people who were reached are not asked for: a retry takes dead letters alone", async () => {
  const { campaignId, execution } = await aFailedExecution(app.client, sink, {
    count: 6,
    answer: (address) => (Number(/\d+/.exec(address)?.[0]) % 2 === 0 ? null : refused()),
  });
  expect(execution.stats).toMatchObject({ sent: 3, failed: 3 });
  const before = sink.deliveries.length;
  sink.answer = () => null;
  expect(await retry(app.client, { campaignId, statuses: both })).toBe(3);
  await untilFinished(app.client, execution.id);
  const again = sink.deliveries.slice(before).map(({ recipients: [address] }) => address);
  expect(again.sort()).toEqual(recipients(6).flatMap(({ userId }, index) => (index % 2 === 0 ? [] : [userId])));
});
