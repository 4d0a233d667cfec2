import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLog } from "../../src/base/index.ts";
import { readConfig } from "../../src/config.ts";
import { ordinaryPart } from "../../src/dispatch/index.ts";
import { startWork } from "../../src/work.ts";
import { act, aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { expectConservation } from "../support/conservation.ts";
import { expectEverybody as everybodyOf, onTheWayAtMost, repeatedHandOvers } from "../support/hand-overs.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  // What is on its way at once is judged by the engine's own pace, which a loop shared with the test would hold up.
  app = await startTestApp({ LEASE_SECONDS: "2" }, undefined, undefined, { engineRuns: "on its thread" });
});
afterAll(() => app.stop());

async function trigger(count: number, deliveryRate: number): Promise<string> {
  const { id } = await aLiveCampaign(app.client, { deliveryRate });
  await execute(app.client, { campaignId: id, requestId: "only", recipients: recipients(count) });
  return id;
}

const sentAtLeast = (id: string, count: number) =>
  until(`${count} are sent`, async () => (await statsOf(app.client, id)).sent >= count, 40);

/** What is interrupted so often may come again under its old key, and no more. */
async function expectEverybody(id: string, count: number, repeatedMax: number): Promise<void> {
  await sentAtLeast(id, count);
  await expectConservation(app.client, id, count);
  const entries = await everybodyOf(app.client, id, count);
  expect(repeatedHandOvers(entries), "handed over again").toBeLessThanOrEqual(repeatedMax);
  await until("no batch is left", async () => (await app.query("select from batch")).length === 0);
}

test("a second worker on the same database does not start, and says why within 12 s [D37]", async () => {
  const { folder, databaseUrl } = app;
  const config = readConfig({ ENVOI_DATA: folder, DATABASE_URL: "postgresql://replaced/below" });
  const askedAt = performance.now();
  await expect(startWork(config, { databaseUrl, part: ordinaryPart, log: createLog("silent") })).rejects.toMatchObject({
    code: "ACTION_NOT_ALLOWED",
    message: expect.stringContaining("Another worker sends for this database"),
  });
  expect(performance.now() - askedAt).toBeLessThan(12_000);
});

test("a worker that was declared dead goes on under a new lease, and nobody is lost or doubled [D33]", async () => {
  const id = await trigger(3000, 600);
  await sentAtLeast(id, 500);
  const [before] = await app.query<{ id: string }>("delete from worker returning id");
  const after = await until("a new lease", async () => (await app.query<{ id: string }>("select id from worker"))[0]);
  expect(after.id).not.toBe(before?.id);
  await expectEverybody(id, 3000, onTheWayAtMost(600));
});

test("every connection to the database cut, three times in mid-run: it recovers by itself, and nobody is lost or doubled", async () => {
  const count = 4000;
  const id = await trigger(count, 600);
  for (const part of [400, 1200, 2000]) {
    await sentAtLeast(id, part);
    await app.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    await until("the API answers again", async () => !(await app.client.call("{ campaigns { edges { node { id } } } }")).errors);
    await expectConservation(app.client, id, count);
  }
  await expectEverybody(id, count, 3 * onTheWayAtMost(600));
  const listening =
    "select count(*)::int as count from pg_stat_activity where datname = current_database() and query = 'listen envoi_news'";
  // One ear for the API, one for the engine.
  await until("nobody listens twice", async () => (await app.query<{ count: number }>(listening))[0]?.count === 2);
});

test("a database that is away for longer than a lease delays the messages and loses and doubles none [D35]", async () => {
  const count = 2000;
  const id = await trigger(count, 600);
  await sentAtLeast(id, 300);
  const [{ name } = { name: "" }] = await app.query<{ name: string }>("select current_database() as name");
  const elsewhere = new Client({ connectionString: app.databaseUrl.replace(`/${name}?`, "/postgres?") });
  await elsewhere.connect();
  // Away for everybody but the connection of this test, which only looks.
  await elsewhere.query(`alter database ${name} with allow_connections false`);
  try {
    await app.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    expect((await app.client.call("{ campaigns { edges { node { id } } } }")).errors).toHaveLength(1);
    await app.query("select pg_sleep(3)");
  } finally {
    await elsewhere.query(`alter database ${name} with allow_connections true`);
    await elsewhere.end();
  }
  await until("the API answers again", async () => !(await app.client.call("{ campaigns { edges { node { id } } } }")).errors);
  await expectEverybody(id, count, onTheWayAtMost(600));
});

test("20 pauses and resumes in mid-run: everybody once", async () => {
  const count = 2000;
  const id = await trigger(count, 500);
  for (let round = 0; round < 20; round += 1) {
    await act(app.client, "pauseCampaign", id);
    await expectConservation(app.client, id, count);
    await act(app.client, "resumeCampaign", id);
  }
  await expectEverybody(id, count, 0);
});

test("once a pause has returned and what was on its way has ended, nothing more leaves [D28]", async () => {
  const id = await trigger(500, 100);
  await sentAtLeast(id, 20);
  await act(app.client, "pauseCampaign", id);
  await until("nothing is under way", async () => {
    const { claimed, sending } = await statsOf(app.client, id);
    return claimed + sending === 0;
  });
  const { sent } = await statsOf(app.client, id);
  await until("a second passes", () => app.query("select pg_sleep(1)").then(() => true));
  expect(await statsOf(app.client, id)).toMatchObject({ sent, queued: 500 - sent });
  await act(app.client, "resumeCampaign", id);
  await expectEverybody(id, 500, 0);
});
