import { Client } from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { expectConservation } from "../support/conservation.ts";
import type { Data } from "../support/graphql-client.ts";
import { expectEverybodyOnce } from "../support/hand-overs.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ LEASE_SECONDS: "5" });
  await app.query(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`);
});
afterEach(() => app.query("drop trigger if exists at_fault on message"));
afterAll(() => app.stop());

/** From now on PostgreSQL refuses these updates of messages. */
const refuse = (condition: string) =>
  app.query(`create trigger at_fault before update on message for each row when (${condition}) execute function refuse()`);
const mend = () => app.query("drop trigger at_fault on message");

const trigger = (campaignId: string, count: number, requestId = "only") =>
  execute(app.client, { campaignId, requestId, recipients: recipients(count) });

const sent = (id: string, count: number, seconds = 10) =>
  until(`${count} are sent`, async () => (await statsOf(app.client, id)).sent === count, seconds);

async function conditionsOf(id: string): Promise<Data[]> {
  const query = "query ($id: ID!) { campaign(id: $id) { healthConditions { kind detail } } }";
  return (await app.client.expectData(query, { id })).campaign.healthConditions;
}

async function troubles(): Promise<Data[]> {
  const { workers } = await app.client.expectData("{ workers { troubles { kind detail campaignIds } } }");
  return workers.flatMap((worker: Data) => worker.troubles);
}

test("outcomes of one campaign that PostgreSQL refuses hold up no other: those settle within seconds, the one is told by name, sends no more than a bounded part and catches up once it is mended; nobody is sent anything twice [D60]", async () => {
  const [failing, ...others] = await Promise.all(Array.from({ length: 4 }, () => aLiveCampaign(app.client)));
  await refuse(`new.campaign_id = '${failing?.id}' and new.status = 'SENT'`);
  await trigger(failing?.id, 5000);
  for (const [index, { id }] of others.entries()) {
    const triggeredAt = performance.now();
    await trigger(id, 300);
    await sent(id, 300);
    expect(performance.now() - triggeredAt, `campaign ${index}`).toBeLessThan(5000);
  }
  const [condition] = await until("it is told", async () => {
    const found = await conditionsOf(failing?.id);
    return found.some(({ kind }) => kind === "outcomes") && found;
  });
  expect(condition?.detail).toContain("P0001");
  expect(await conditionsOf(others[0]?.id)).toEqual([]);
  expect(await troubles()).toMatchObject([{ kind: "outcomes", campaignIds: [failing?.id] }]);
  await expectConservation(app.client, failing?.id, 5000);
  await app.query("select pg_sleep(3)");
  const { queued, sending, claimed } = await statsOf(app.client, failing?.id);
  expect(sending + claimed).toBeLessThan(3000);
  expect(queued).toBeGreaterThan(2000);
  await mend();
  await sent(failing?.id, 5000, 30);
  await expectEverybodyOnce(app.client, failing?.id, 5000);
  await until("nothing is told any more", async () => (await troubles()).length === 0);
  await until("no batch is left", async () => (await app.query("select from batch")).length === 0);
});

test("one message whose outcome is refused holds up no other of its campaign, and is settled once it can be [D60]", async () => {
  const { id } = await aLiveCampaign(app.client);
  await refuse(`new.address = 'person7@example.com' and new.campaign_id = '${id}' and new.status = 'SENT'`);
  await trigger(id, 2000);
  await sent(id, 1999);
  expect(await statsOf(app.client, id)).toMatchObject({ sending: 1 });
  await mend();
  await sent(id, 2000, 15);
  await expectEverybodyOnce(app.client, id, 2000);
});

test("who keeps the totals of one campaign locked for six seconds holds up the outcomes of no other [D60]", async () => {
  const [locked, other] = [await aLiveCampaign(app.client), await aLiveCampaign(app.client)];
  await trigger(locked.id, 1);
  await sent(locked.id, 1);
  await trigger(other.id, 1);
  await sent(other.id, 1);
  const [{ name } = { name: "" }] = await app.query<{ name: string }>("select current_database() as name");
  const holder = new Client({ connectionString: app.databaseUrl, database: name });
  await holder.connect();
  // Accepting moves the same totals: the messages wait in the queue already.
  await app.query("update campaign set status = 'PAUSED' where id = $1", [locked.id]);
  await trigger(locked.id, 200, "second");
  await holder.query("begin");
  await holder.query("update delivery_total set sent = sent where scope_id = $1", [locked.id]);
  await app.query("update campaign set status = 'LIVE' where id = $1", [locked.id]);
  await until("it is handed over", async () => (await statsOf(app.client, locked.id)).sending > 0, 5);
  let wanted = 1;
  for (const requestId of ["second", "third", "fourth"]) {
    const triggeredAt = performance.now();
    await trigger(other.id, 50, requestId);
    wanted += 50;
    await sent(other.id, wanted, 5);
    expect(performance.now() - triggeredAt).toBeLessThan(5000);
  }
  await app.query("select pg_sleep(3)");
  expect((await statsOf(app.client, locked.id)).sent).toBe(1);
  await holder.query("rollback");
  await holder.end();
  await sent(locked.id, 201, 15);
});

test("messages of one campaign that cannot be recovered hold up the recovery of no other [D60]", async () => {
  const [failing, other] = [await aLiveCampaign(app.client), await aLiveCampaign(app.client)];
  await refuse(`new.campaign_id = '${failing.id}' and new.status = 'QUEUED'`);
  // A worker that died had both.
  for (const { id } of [failing, other]) {
    await app.query("update campaign set status = 'PAUSED' where id = $1", [id]);
    await trigger(id, 10);
    await app.query("with made as (insert into batch (id, worker_id, campaign_id) values ($1, $1, $1)) select from batch", [id]);
    await app.query("update message set status = 'CLAIMED', batch_id = $1, attempts = 1 where campaign_id = $1", [id]);
    await app.query("update campaign set status = 'LIVE' where id = $1", [id]);
  }
  await sent(other.id, 10);
  await until("it is told", async () => (await conditionsOf(failing.id))[0]?.detail?.includes("P0001"));
  await mend();
  await sent(failing.id, 10);
});

test("contexts of one campaign that cannot be sealed leave no other's unsealed [D49] [D60]", async () => {
  const [failing, other] = [await aLiveCampaign(app.client), await aLiveCampaign(app.client)];
  await refuse(`new.campaign_id = '${failing.id}' and new.sealed is not null`);
  for (const { id } of [failing, other]) {
    await app.query("update campaign set status = 'PAUSED' where id = $1", [id]);
    await trigger(id, 10);
    await app.query("update message set status = 'FAILED', kept_since = now() where campaign_id = $1", [id]);
  }
  const unsealed = (id: string) => app.query("select from message where campaign_id = $1 and sealed is null", [id]);
  await until("the other is sealed", async () => (await unsealed(other.id)).length === 0);
  expect(await unsealed(failing.id)).toHaveLength(10);
});

test("what is left of an ended campaign and cannot be excluded keeps no other waiting [D60]", async () => {
  const [failing, other] = [await aLiveCampaign(app.client), await aLiveCampaign(app.client)];
  await refuse(`new.campaign_id = '${failing.id}' and new.status = 'EXCLUDED'`);
  for (const { id } of [failing, other]) {
    await app.query("update campaign set status = 'PAUSED' where id = $1", [id]);
    await trigger(id, 10);
    await app.query("update campaign set status = 'STOPPED' where id = $1", [id]);
  }
  await until("the other's are excluded", async () => (await statsOf(app.client, other.id)).excluded === 10);
  expect((await statsOf(app.client, failing.id)).excluded).toBe(0);
  await mend();
  await until("and these", async () => (await statsOf(app.client, failing.id)).excluded === 10);
});
