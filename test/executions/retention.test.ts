import { afterAll, beforeAll, expect, test } from "vitest";
import { systemActor } from "../../src/access/index.ts";
import { createLog, systemClock } from "../../src/base/index.ts";
import { eraseExpiredReplays, eraseOldExecutions } from "../../src/executions/index.ts";
import type { Context, Database } from "../../src/storage/index.ts";
import { act, aLiveCampaign, execute, mailbox, statsOf } from "../support/campaigns.ts";
import { expectConservation } from "../support/conservation.ts";
import {
  aFailedExecution,
  type MoodySink,
  readExecution,
  retryRefused,
  startMoodySink,
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

const contextOf = (database: Database): Context => ({
  ...{ em: database.orm.em.fork(), actor: systemActor, clock: systemClock, log: createLog("silent") },
});
const days = { marketingDays: 90, transactionalDays: 30 };
const erase = () => eraseOldExecutions(contextOf(app.app.database), days);
const setAge = (executionId: string, age: string) =>
  app.query("update execution set finished_at = now() - $2::interval where id = $1", [executionId, age]);

const newestEvent = async (type: string): Promise<Data> =>
  (
    await app.query(
      "select actor_kind, request_id, entity_type, data from event where type = $1 order by position desc limit 1",
      [type],
    )
  )[0];

/** Whatever the database says of these messages, as one text. */
async function everythingAbout(executionId: string): Promise<string> {
  const rows = await app.query<{ text: string }>(
    `select message::text || coalesce(encode(sealed, 'escape'), '') as text from message where execution_id = $1
     union all select sandbox_message::text from sandbox_message where execution_id = $1`,
    [executionId],
  );
  return rows.map((row) => row.text).join("\n");
}

const canary = (name: string) => ({
  userId: `canary-${name}@b.example`,
  type: "PROFILE",
  context: { name: `canary-context-${name}` },
  profile: { nickname: `canary-profile-${name}` },
});
const people = [canary("one"), canary("two"), { ...canary("three"), userId: "canary three is no address" }];

test("30 days after its end a TRANSACTIONAL execution holds nothing of its recipients, and every total is as before [D54]", async () => {
  const { id: campaignId } = await aLiveCampaign(app.client);
  const { execution: accepted } = await execute(app.client, { campaignId, requestId: "old", recipients: people });
  const before = await untilFinished(app.client, accepted.id);
  expect(before.stats).toMatchObject({ accepted: 3, sent: 2, excluded: 1 });
  const { execution: young } = await execute(app.client, { campaignId, requestId: "young", recipients: people });
  await untilFinished(app.client, young.id);
  const stats = await statsOf(app.client, campaignId);
  expect(await everythingAbout(accepted.id)).toContain("canary-context-one");

  await setAge(accepted.id, "29 days 23 hours");
  await erase();
  expect(await everythingAbout(accepted.id)).toContain("canary-one");
  await setAge(accepted.id, "30 days 1 second");
  await erase();
  expect(await everythingAbout(accepted.id)).not.toContain("canary");
  const after = await readExecution(app.client, accepted.id);
  expect(after).toMatchObject({ status: "FINISHED", stats: before.stats, erasedAt: expect.any(String) });
  const erased = { userId: "erased", address: null, providerMessageId: null, error: null, exclusionDetail: null };
  expect(after.messages).toMatchObject(before.messages.map(({ id, status }: Data) => ({ id, status, ...erased })));
  expect(await statsOf(app.client, campaignId)).toMatchObject({ sent: stats.sent, exclusions: stats.exclusions });
  await expectConservation(app.client, campaignId, 6);

  expect(await everythingAbout(young.id)).toContain("canary-one");
  expect((await mailbox(app.client, campaignId)).map((entry) => entry.executionId)).toEqual([young.id, young.id]);
  await erase();
  expect((await readExecution(app.client, accepted.id)).erasedAt).toBe(after.erasedAt);
});

test("a MARKETING execution is erased after 90 days, a cancelled one like a finished one [D54]", async () => {
  const content = { sms: { body: "Hello {{context.name}}" } };
  const { id: campaignId } = await aLiveCampaign(app.client, { category: "MARKETING", channel: "SMS", content });
  await act(app.client, "pauseCampaign", campaignId);
  const recipients = [{ userId: "+33612345678", context: { name: "canary" } }];
  const { execution } = await execute(app.client, { campaignId, requestId: "r", recipients });
  await app.client.expectData("mutation ($id: ID!) { cancelExecution(id: $id) { id } }", { id: execution.id });
  await setAge(execution.id, "89 days");
  await erase();
  expect(await everythingAbout(execution.id)).toContain("+33612345678");
  await setAge(execution.id, "91 days");
  await erase();
  expect(await everythingAbout(execution.id)).not.toContain("+33612345678");
  const found = await readExecution(app.client, execution.id);
  expect(found).toMatchObject({ status: "CANCELLED", stats: { excluded: 1 }, erasedAt: expect.any(String) });
});

test("what a provider said to each attempt is erased, and an erased message cannot be replayed [D54]", async () => {
  const { campaignId, execution } = await aFailedExecution(app.client, sink, { count: 2 });
  const noted = `update message set history = '[{"at": "2026-01-01T00:00:00Z", "status": "QUEUED", "attempt": 1, "error": "canary is busy"}]'
    where execution_id = $1`;
  await app.query(noted, [execution.id]);
  await setAge(execution.id, "31 days");
  await erase();
  const text = await everythingAbout(execution.id);
  expect(text).not.toContain("canary");
  expect(text).not.toContain("no such user");
  const after = await readExecution(app.client, execution.id);
  expect(after.messages[0]).toMatchObject({ status: "FAILED", errorCode: "5.1.1", replayableUntil: null });
  expect(after.messages[0].timeline).toContainEqual({
    at: "2026-01-01T00:00:00.000Z",
    status: "QUEUED",
    attempt: 1,
    error: null,
  });
  await retryRefused(app.client, "REPLAY_EXPIRED", { campaignId, statuses: ["FAILED"] });
  expect(await newestEvent("executions.erased")).toEqual({
    ...{ actor_kind: "SYSTEM", request_id: null, entity_type: "RETENTION", data: { executions: 1, messages: 2 } },
  });
});

test("what is kept for a replay is erased when its period ends, and not before [D51]", async () => {
  const { campaignId, execution } = await aFailedExecution(app.client, sink, { count: 2 });
  const kept = "select sealed is not null or context is not null as kept from message where execution_id = $1 order by id";
  await until(
    "sealed",
    async () => (await app.query("select from message where execution_id = $1 and sealed is null", [execution.id])).length === 0,
  );
  const [old] = execution.messages;
  await app.query("update message set kept_since = now() - interval '7 days' where id = $1", [old.id]);
  await eraseExpiredReplays(contextOf(app.app.database), { replayDays: 7 });
  expect(await app.query(kept, [execution.id])).toEqual([{ kept: false }, { kept: true }]);
  expect(await newestEvent("replays.expired")).toMatchObject({ actor_kind: "SYSTEM", data: { messages: 1 } });
  // A longer period does not bring back what is gone: this one would be sent without its context.
  await eraseExpiredReplays(contextOf(app.app.database), { replayDays: 90 });
  const after = await readExecution(app.client, execution.id);
  expect(after.messages).toMatchObject([{ replayableUntil: null }, { replayableUntil: expect.any(String) }]);
  expect(await statsOf(app.client, campaignId)).toMatchObject({ failed: 2 });
});

test("12,001 recipients are erased in parts, and a run that was cut short is carried on", async () => {
  const tables = await createEngineTables({ messages: 12_001 });
  try {
    await tables.query("update message set status = 'SENT', context = null, settled_at = now()");
    await tables.query("update delivery_total set sent = accepted");
    await tables.query(`update execution set status = 'FINISHED', finished_at = now() - interval '31 days',
      first_message_id = (select id from message order by id limit 1), last_message_id = (select id from message order by id desc limit 1)`);
    await tables.query("update message set user_id = 'erased', address = null where id in (select id from message limit 3000)");
    await eraseOldExecutions(contextOf(tables.database), days);
    expect(await tables.query("select distinct user_id, address from message")).toEqual([{ user_id: "erased", address: null }]);
    expect(await tables.query("select erased_at is not null as done from execution")).toEqual([{ done: true }]);
    expect(await tables.query("select count(*)::int from message where status = 'SENT'")).toEqual([{ count: 12_001 }]);
  } finally {
    await tables.stop();
  }
});

test("an execution of which something is still open is not erased, however old", async () => {
  const tables = await createEngineTables({ messages: 3 });
  try {
    await tables.query("update execution set status = 'CANCELLED', finished_at = now() - interval '400 days'");
    await eraseOldExecutions(contextOf(tables.database), days);
    expect(await tables.query("select count(*)::int from message where address is not null")).toEqual([{ count: 3 }]);
    expect(await tables.query("select erased_at from execution")).toEqual([{ erased_at: null }]);
  } finally {
    await tables.stop();
  }
});

test("both erasures are jobs of every hour", async () => {
  const names = await until("the jobs", async () => {
    const found = await app.query<{ name: string; cron: string }>("select name, cron from pgboss.schedule").catch(() => []);
    return found.length >= 3 && found;
  });
  expect(names).toEqual(
    expect.arrayContaining([
      { name: "erase-old-executions", cron: expect.stringMatching(/^\d+ \* \* \* \*$/) },
      { name: "erase-expired-replays", cron: expect.stringMatching(/^\d+ \* \* \* \*$/) },
    ]),
  );
});

test("a campaign of which nothing can be erased holds up the retention of no other [D54] [D60]", async () => {
  const [failing, other] = [await aLiveCampaign(app.client), await aLiveCampaign(app.client)];
  const recipients = [{ userId: "old@b.example", context: { name: "Old" } }];
  for (const { id } of [failing, other]) {
    for (const requestId of ["one", "two"]) await execute(app.client, { campaignId: id, requestId, recipients });
    await until("both are sent", async () => (await statsOf(app.client, id)).sent === 2);
  }
  await app.query("update message set status = 'FAILED', kept_since = now() - interval '8 days' where campaign_id = any($1)", [
    [failing.id, other.id],
  ]);
  await app.query("update execution set finished_at = now() - interval '31 days' where campaign_id = $1", [other.id]);
  await app.query("update execution set finished_at = now() - interval '32 days' where campaign_id = $1", [failing.id]);
  await app.query(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`);
  await app.query(`create trigger at_fault before update on message for each row
    when (new.campaign_id = '${failing.id}' and (new.address is null or new.kept_since is null)) execute function refuse()`);
  const left = (id: string, column: string) =>
    app.query(`select from message where campaign_id = $1 and ${column} is not null`, [id]).then((rows) => rows.length);
  await eraseExpiredReplays(contextOf(app.app.database), { replayDays: 7 });
  expect([await left(failing.id, "kept_since"), await left(other.id, "kept_since")]).toEqual([2, 0]);
  await erase();
  expect([await left(failing.id, "address"), await left(other.id, "address")]).toEqual([2, 0]);
  await app.query("drop trigger at_fault on message");
  await erase();
  expect(await left(failing.id, "address")).toBe(0);
});
