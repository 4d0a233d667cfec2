import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aLiveCampaign, execute, executeDocument, recipients } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

const later = "2099-01-01T00:00:00Z";
const heldSeconds = 3;

let app: TestApp;
let other: Client;
beforeEach(async () => {
  app = await startTestApp();
  other = new Client({ connectionString: app.databaseUrl });
  await other.connect();
});
afterEach(async () => {
  await other.end();
  await app.stop();
});

/** `opens_at` or `closes_at` of each is now, the first one's earliest, while somebody keeps the first `count` as an accept would. */
async function dueAndHeld(column: "opens_at" | "closes_at", ids: readonly string[], count = 1): Promise<void> {
  const hold = (strength: string) =>
    other.query(`select 1 from campaign where id = any($1) for ${strength}`, [ids.slice(0, count)]);
  await other.query("begin");
  // Lets the dates be set, and the clock not in.
  await hold("key share");
  await app.query(
    `update campaign set ${column} = clock_timestamp() + place * interval '1 millisecond'
     from unnest($1::uuid[]) with ordinality as given (id, place) where given.id = campaign.id`,
    [ids],
  );
  await hold("share");
}

/** How long after its time the campaign changed, as recorded. */
async function delayOf(id: string, to: string, column: "opens_at" | "closes_at"): Promise<number> {
  const seconds = await until(`${to}`, async () => {
    const [row] = await app.query<{ seconds: number }>(
      `select extract(epoch from event.at - campaign.${column})::float8 as seconds from event join campaign on campaign.id = event.campaign_id
       where campaign.id = $1 and event.type = 'campaign.status-changed' and data->>'to' = $2 and data->>'from' <> 'DRAFT'`,
      [id, to],
    );
    return row;
  });
  return seconds.seconds;
}

const many = (count: number, fields: Readonly<Record<string, unknown>>) =>
  Promise.all(Array.from({ length: count }, () => aLiveCampaign(app.client, fields)));

test.each([
  ["start", "LIVE", { startAt: later }, "opens_at"],
  ["end", "COMPLETED", {}, "closes_at"],
] as const)(
  "campaigns that somebody holds keep no other from its %s: it is %s within a second [D27] [D31]",
  async (_what, to, fields, column) => {
    // More than are waited for side by side.
    const ids = (await many(7, fields)).map(({ id }) => id);
    await dueAndHeld(column, ids, 6);
    const free = ids[6] ?? "";
    expect(await delayOf(free, to, column)).toBeLessThan(1);
    await pause(heldSeconds * 1000);
    const held = await app.query("select 1 from campaign where id = any($1) and status = $2", [ids, to]);
    expect(held).toHaveLength(1);
    await other.query("commit");
    const [since] = await app.query<{ now: string }>("select now()::text as now");
    for (const id of ids.slice(0, 6)) await delayOf(id, to, column);
    const [late] = await app.query<{ seconds: number }>(
      "select extract(epoch from max(at) - $1::timestamptz)::float8 as seconds from event where type = 'campaign.status-changed'",
      [since?.now],
    );
    expect(late?.seconds).toBeLessThan(1);
  },
);

test("an end with many messages to exclude keeps no other campaign waiting [D31]", async () => {
  const [large, small] = (await many(2, { deliveryRate: 1 })).map(({ id }) => id) as [string, string];
  await execute(app.client, { campaignId: large, requestId: "r", recipients: recipients(100) });
  await other.query("begin");
  // Stands for a withdrawal that takes its time: one of the messages cannot be had.
  await other.query("select 1 from message where campaign_id = $1 and status = 'QUEUED' for update", [large]);
  await app.query(
    "update campaign set closes_at = now() + case id when $1 then interval '0' else interval '1 millisecond' end where id = any($2)",
    [large, [large, small]],
  );
  expect(await delayOf(small, "COMPLETED", "closes_at")).toBeLessThan(1);
  expect(await app.query("select 1 from campaign where id = $1 and status = 'COMPLETED'", [large])).toEqual([]);
  await other.query("commit");
  await delayOf(large, "COMPLETED", "closes_at");
});

test("a faulty campaign keeps no other from its start or its end, and fails no caller of another [D27] [D31]", async () => {
  const [faulty, idle, triggered, ending] = (
    await Promise.all([...[1, 2, 3].map(() => aLiveCampaign(app.client, { startAt: later })), aLiveCampaign(app.client)])
  ).map(({ id }) => id) as [string, string, string, string];
  // What cannot happen: a campaign without a version.
  await app.query("update campaign set live_version_id = null, draft_version_id = null where id = $1", [faulty]);
  await app.query("update campaign set opens_at = now() - interval '1 second' where id = $1", [faulty]);
  await app.query("update campaign set opens_at = now() where id = any($1)", [[idle, triggered]]);
  await app.query("update campaign set closes_at = now() where id = $1", [ending]);
  const input = (campaignId: string) => ({ campaignId, requestId: "r", recipients: recipients(1) });
  expect(await execute(app.client, input(triggered))).toMatchObject({ acceptedCount: 1 });
  expect(await delayOf(idle, "LIVE", "opens_at")).toBeLessThan(1);
  expect(await delayOf(ending, "COMPLETED", "closes_at")).toBeLessThan(1);
  await app.client.expectCode("INTERNAL", executeDocument, { input: input(faulty) });
});

test("a trigger of a campaign whose start is held waits for it without a storm of questions", async () => {
  const [id] = (await many(1, { startAt: later })).map((campaign) => campaign.id) as [string];
  await dueAndHeld("opens_at", [id]);
  const commits = async () => {
    const [row] = await app.query<{ count: number }>(
      "select (xact_commit + xact_rollback)::int as count from pg_stat_database where datname = current_database()",
    );
    return row?.count ?? 0;
  };
  await pause(1000);
  const before = await commits();
  const answer = execute(app.client, { campaignId: id, requestId: "r", recipients: recipients(1) });
  await pause(heldSeconds * 1000);
  await other.query("commit");
  expect(await answer).toMatchObject({ acceptedCount: 1 });
  // Statistics are told within a second or so.
  await pause(1500);
  expect((await commits()) - before).toBeLessThan(500);
});
