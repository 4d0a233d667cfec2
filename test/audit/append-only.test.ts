import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../src/storage/index.ts";
import { aCampaign } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await aCampaign(app.client);
});
afterAll(() => app.stop());

const count = async (): Promise<number> => Number((await app.query<{ count: string }>("select count(*) from event"))[0]?.count);

/** Statements of the application's own role, which owns the tables and is a superuser here. */
const refused = [
  "update event set actor_name = 'somebody else'",
  "update event set position = position",
  "update event set at = now() where position = 1",
  "update event set data = '{}' where false or true",
  "delete from event",
  "delete from event where false",
  "truncate event",
  "truncate event, campaign cascade",
  "with gone as (delete from event returning 1) select * from gone",
  "insert into event select * from event on conflict (id) do update set type = 'x'",
  "set session_replication_role = replica; delete from event",
  "set session_replication_role = replica; update event set type = 'x'",
];

test("no statement changes or removes what is recorded, whoever sends it", async () => {
  const before = await app.query("select * from event order by position");
  expect(before.length).toBeGreaterThan(3);
  for (const statement of refused) {
    await expect(app.query(statement), statement).rejects.toMatchObject({ code: "23001", message: /append-only/ });
    await app.query("set session_replication_role = origin");
  }
  expect(await app.query("select * from event order by position")).toEqual(before);
});

test("the sessions of the server are refused as well", async () => {
  const em = app.app.database.orm.em.fork();
  const { sql } = await import("kysely");
  await expect(run({ em }, sql`delete from event`)).rejects.toThrow(/append-only/);
  await expect(run({ em }, sql`update event set type = 'x'`)).rejects.toThrow(/append-only/);
});

test("an entry cannot choose its place or its time, nor be changed before its transaction commits", async () => {
  const columns = "id, type, actor_kind, actor_id, actor_name, entity_type, data, at, position";
  const values = "gen_random_uuid(), 'campaign.created', 'KEY', 'k', 'forged', 'CAMPAIGN', '{}', '2001-01-01', -5";
  await app.query("begin");
  await app.query(`insert into event (${columns}) values (${values})`);
  await app.query("savepoint here");
  for (const change of ["position = 1", "actor_name = 'x'", "at = '2001-01-01'", "data = '{}', position = 7"]) {
    await expect(app.query(`update event set ${change} where actor_name = 'forged'`)).rejects.toThrow(/append-only/);
    await app.query("rollback to here");
  }
  await app.query("commit");
  const [forged] = await app.query<{ newest: boolean; recent: boolean }>(
    `select position = (select max(position) from event) as newest, at > now() - interval '1 minute' as recent
     from event where actor_name = 'forged'`,
  );
  expect(forged).toEqual({ newest: true, recent: true });
});

test("the way in docs/audit.md to remove the oldest entries works for the owner of the table, and leaves the trail closed", async () => {
  const before = await count();
  await app.query("begin");
  await app.query("alter table event disable trigger event_not_deleted");
  await app.query("delete from event where position <= 2");
  await app.query("alter table event enable always trigger event_not_deleted");
  await app.query("commit");
  expect(await count()).toBe(before - 2);
  await expect(app.query("delete from event")).rejects.toThrow(/append-only/);
});
