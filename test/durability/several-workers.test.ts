import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { expectConservation } from "../support/conservation.ts";
import type { Data } from "../support/graphql-client.ts";
import { expectEverybody, expectEverybodyOnce, onTheWayAtMost, repeatedHandOvers } from "../support/hand-overs.ts";
import { countBetween, rateAndOneBatch, rateOf, sortedInstants, worstSecond } from "../support/instants.ts";
import { hasRedis } from "../support/redis-process.ts";
import { type Launched, launchServer, type ServerProcess, signal } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const setRate = "mutation ($id: ID!, $perSecond: Int) { setDeliveryRate(id: $id, perSecond: $perSecond) { id } }";

/** Five processes on the machine's cores: one that has to wait for a core shows the machine's pace, not its own. */
const machineMayStumble = { retry: 2 };

let cluster: Cluster;
let server: ServerProcess;
let workers: Launched[] = [];

async function trigger(count: number, deliveryRate: number | null): Promise<string> {
  const { id } = await aLiveCampaign(server.client, { deliveryRate });
  await execute(server.client, { campaignId: id, requestId: "only", recipients: recipients(count) });
  return id;
}

/** Asked seldom: what is measured shares its two cores with who asks. */
const untilSent = (id: string, count: number) =>
  until(`${count} sent`, async () => (await statsOf(server.client, id)).sent >= count, 60, 250);

async function readiness(url = server.url): Promise<Data> {
  const answer = await fetch(`${url}/health/ready`, { headers: { authorization: `Bearer ${server.adminKey}` } });
  return { code: answer.status, ...((await answer.json()) as Data) };
}

const instantsOfEverybodyOnce = async (id: string, count: number): Promise<number[]> =>
  sortedInstants(await expectEverybodyOnce(server.client, id, count));

describe.skipIf(!hasRedis)("with Redis", () => {
  beforeAll(async () => {
    cluster = await startCluster({ withRedis: true, environment: { LEASE_SECONDS: "3" } });
    server = await cluster.startServe();
    workers = await Promise.all([cluster.startWork(), cluster.startWork()]);
  });
  afterAll(() => cluster?.stop());

  test.each([
    [1, 6],
    [165, 1650],
    [1000, 10_000],
    [2000, 20_000],
  ])(
    "two workers hold %i a second together over %i messages, and both take part [D20] [D38]",
    machineMayStumble,
    async (perSecond, count) => {
      const id = await trigger(count, perSecond);
      await until("a part is sent", async () => (await statsOf(server.client, id)).sent >= count / 4, 60, 250);
      const [batches] = await cluster.query<{ workers: number }>("select count(distinct worker_id)::int as workers from batch");
      await untilSent(id, count);
      const instants = await instantsOfEverybodyOnce(id, count);
      const measured = { perSecond, rate: Math.round(rateOf(instants) * 100) / 100, worstSecond: worstSecond(instants) };
      process.stdout.write(`two workers ${JSON.stringify({ ...measured, ...batches })}\n`);
      expect(Math.abs(measured.rate / perSecond - 1), JSON.stringify(measured)).toBeLessThanOrEqual(0.02);
      expect(measured.worstSecond).toBeLessThanOrEqual(rateAndOneBatch(perSecond, 25));
      if (perSecond > 1) expect(batches?.workers).toBe(2);
    },
  );

  test("a rate that is changed while two workers send is obeyed within a second [D22]", machineMayStumble, async () => {
    const id = await trigger(1500, 50);
    await untilSent(id, 50);
    await server.client.expectData(setRate, { id, perSecond: 500 });
    const changedAt = Date.now();
    await untilSent(id, 1500);
    const instants = await instantsOfEverybodyOnce(id, 1500);
    expect(countBetween(instants, changedAt, changedAt + 1000)).toBeGreaterThan(400);
    expect(Math.abs(countBetween(instants, changedAt + 1000, changedAt + 2000) - 500)).toBeLessThanOrEqual(15);
  });

  test("a worker that is killed is replaced by the other one: nobody lost, nobody twice [D32] [D33] [D39]", async () => {
    const id = await trigger(4000, 500);
    await untilSent(id, 500);
    const [killed] = workers.splice(0, 1);
    if (killed) await signal(killed, "SIGKILL");
    const killedAt = performance.now();
    await until("what it held is taken over", async () => (await cluster.query("select from worker")).length === 1, 60);
    expect((performance.now() - killedAt) / 1000).toBeLessThan(10);
    await untilSent(id, 4000);
    const entries = await expectEverybody(server.client, id, 4000);
    expect(repeatedHandOvers(entries)).toBeLessThanOrEqual(onTheWayAtMost(500));
    workers.push(await cluster.startWork());
  });

  test("a worker that is stopped in order gives back what it holds, and counts no attempt that was not one [D36]", async () => {
    const id = await trigger(3000, 500);
    await untilSent(id, 500);
    const [leaving] = workers.splice(0, 1);
    const stoppedAt = performance.now();
    if (leaving) expect(await signal(leaving, "SIGTERM")).toMatchObject({ code: 0 });
    expect((performance.now() - stoppedAt) / 1000).toBeLessThan(30);
    await untilSent(id, 3000);
    await expectEverybodyOnce(server.client, id, 3000);
    expect(await cluster.query("select from message where campaign_id = $1 and attempts <> 1", [id])).toEqual([]);
    workers.push(await cluster.startWork());
  });

  test("a worker that stands still past its lease: what it held is sent by the other, and what it writes afterwards changes nothing [D33] [D34]", async () => {
    const count = 8000;
    const id = await trigger(count, 1000);
    await untilSent(id, 1000);
    const [stopped] = workers;
    const name = `%:${stopped?.pid}`;
    stopped?.process.kill("SIGSTOP");
    const held = await cluster.query<{ id: string }>(
      "select message.id from message join batch on batch.id = batch_id join worker on worker.id = worker_id where worker.name like $1",
      [name],
    );
    expect(held.length).toBeGreaterThan(0);
    const heldIds = held.map((row) => row.id);
    // xmin changes with every write to a row.
    const rows = () =>
      cluster.query("select id, status, xmin::text as version from message where id = any($1) order by id", [heldIds]);
    await until("they are sent by the other", async () => (await rows()).every((row) => row.status === "SENT"), 30, 250);
    const before = await rows();
    stopped?.process.kill("SIGCONT");
    await until("it has a new lease", () => stopped?.output().includes("goes on under a new lease"), 20);
    await pause(2000);
    expect(await rows()).toEqual(before);
    await untilSent(id, count);
    const entries = await expectEverybody(server.client, id, count);
    expect(repeatedHandOvers(entries)).toBeLessThanOrEqual(onTheWayAtMost(1000));
    await expectConservation(server.client, id, count);
  });

  test(
    "while Redis is away what has a rate waits, and health says so; it goes on by itself and keeps the rate [D40]",
    machineMayStumble,
    async () => {
      const count = 3000;
      const id = await trigger(count, 200);
      await untilSent(id, 300);
      await cluster.redis?.kill();
      const goneAt = Date.now();
      const told = await until("health says so", async () => (await readiness()).checks.redis, 10);
      expect(told).toContain("Redis does not answer");
      await pause(6000);
      const unlimited = await trigger(100, null);
      await untilSent(unlimited, 100);
      await cluster.redis?.start();
      const backAt = Date.now();
      await untilSent(id, count);
      const instants = await instantsOfEverybodyOnce(id, count);
      expect(countBetween(instants, goneAt + 1500, backAt), "while it was away").toBe(0);
      const after = instants.filter((instant) => instant > backAt + 2000);
      expect(Math.abs(rateOf(after) / 200 - 1)).toBeLessThanOrEqual(0.02);
      expect(worstSecond(instants)).toBeLessThanOrEqual(rateAndOneBatch(200, 25));
      expect((await readiness()).checks.redis).toBeUndefined();
    },
  );

  test("a worker without Redis refuses to start beside workers with it, and says what to do [D37]", async () => {
    const launched = launchServer({ ...cluster.environment, REDIS_URL: "" }, { command: "work" });
    expect(await launched.ended).toMatchObject({ code: 1 });
    expect(launched.output()).toContain("Give every worker the same REDIS_URL");
  });
});

describe("without Redis", () => {
  let alone: Cluster;
  let worker: Launched;
  beforeAll(async () => {
    alone = await startCluster({ withRedis: false });
  });
  afterAll(() => alone?.stop());

  test("one worker sends what a server beside it accepts", async () => {
    server = await alone.startServe();
    expect(await readiness()).toMatchObject({ code: 200, checks: { workers: "none: accepted messages wait until one starts" } });
    worker = await alone.startWork({ WORKER_PORT: "0" });
    const health = /Health +(\S+)\/health/.exec(worker.output())?.[1] ?? "";
    expect(await readiness(health)).toMatchObject({ code: 200, checks: { database: "answers", workers: "1" } });
    const id = await trigger(200, null);
    await untilSent(id, 200);
    await expectEverybodyOnce(server.client, id, 200);
  });

  test("a worker that stood still makes no burst afterwards [D21]", machineMayStumble, async () => {
    const count = 4000;
    const paced = await trigger(count, 1000);
    await untilSent(paced, 1000);
    worker.process.kill("SIGSTOP");
    await pause(400);
    worker.process.kill("SIGCONT");
    await untilSent(paced, count);
    const instants = await instantsOfEverybodyOnce(paced, count);
    const gaps = instants.slice(1).map((instant, index) => instant - (instants[index] ?? 0));
    expect(Math.max(...gaps), "it stood still").toBeGreaterThan(350);
    expect(worstSecond(instants), "what it lost is not made good in a burst").toBeLessThanOrEqual(rateAndOneBatch(1000, 20));
  });

  test("a second worker refuses to start and says why [D37]", async () => {
    const second = launchServer(alone.environment, { command: "work" });
    expect(await second.ended).toMatchObject({ code: 1 });
    expect(second.output()).toContain("Another worker sends for this database");
    expect(second.output()).toContain("REDIS_URL");
  });

  test.each([
    ["serve", { DATABASE_URL: "" }, "needs DATABASE_URL"],
    ["work", { DATABASE_URL: "" }, "needs DATABASE_URL"],
    ["work", { ENVOI_DATA: "/nonexistent/envoi" }, "needs the server's secret"],
  ] as const)("`envoi %s` without what it needs says so [D37]", async (command, environment, said) => {
    const launched = launchServer({ ...alone.environment, ...environment }, { command });
    expect(await launched.ended).toMatchObject({ code: 2 });
    expect(launched.output()).toContain(said);
  });
});
