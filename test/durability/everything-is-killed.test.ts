import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aLiveCampaign, execute, executeDocument, recipients, statsOf } from "../support/campaigns.ts";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { expectConservation } from "../support/conservation.ts";
import { expectEverybody, onTheWayAtMost, repeatedHandOvers } from "../support/hand-overs.ts";
import { hasRedis } from "../support/redis-process.ts";
import { type Launched, type ServerProcess, signal } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const calls = 5;
const perCall = 10_000;
const total = calls * perCall;
const deliveryRate = 2000;
const workerKills = 10;
/** After so many of the kills of workers. */
const postgresCrashes = [3, 7];

let cluster: Cluster;
let server: ServerProcess;
let workers: Launched[] = [];

describe.skipIf(!hasRedis)("three workers", () => {
  beforeAll(async () => {
    cluster = await startCluster({ withRedis: true, environment: { LEASE_SECONDS: "2" } });
    server = await cluster.startServe();
    workers = await Promise.all([1, 2, 3].map(() => cluster.startWork()));
  });
  afterAll(() => cluster?.stop());

  test("50,000 messages through ten kills of workers, two crashes of PostgreSQL and a kill of the server in mid-accept: nobody lost, nobody twice, counters equal rows [D12] [D32] [D39]", async () => {
    const startedAt = performance.now();
    const campaign = await aLiveCampaign(server.client, { deliveryRate });
    const people = recipients(total);
    await acceptAll(campaign.id, people);
    for (let kills = 1; kills <= workerKills; kills += 1) {
      const reached = (total * kills) / (workerKills + 1);
      await untilSent(campaign.id, reached);
      await killWorker(kills % workers.length);
      if (postgresCrashes.includes(kills)) await cluster.crashPostgres();
    }
    await untilSent(campaign.id, total);

    const seconds = (performance.now() - startedAt) / 1000;
    await expectConservation(server.client, campaign.id, total);
    const entries = await expectEverybody(server.client, campaign.id, total);
    await expectCountersEqualRows();
    const repeated = repeatedHandOvers(entries);
    process.stdout.write(`everything killed: ${seconds.toFixed(1)} s, ${repeated} repeated hand-overs of ${total}\n`);
    const interruptions = workerKills + postgresCrashes.length * workers.length;
    expect(repeated, "under their old keys").toBeLessThanOrEqual(interruptions * onTheWayAtMost(deliveryRate));
    expect(seconds).toBeLessThan(120);
  });
});

/** Five calls; the server is killed in the middle of the second, which is then repeated under the same requestId. */
async function acceptAll(campaignId: string, people: ReturnType<typeof recipients>): Promise<void> {
  for (let call = 0; call < calls; call += 1) {
    const input = { campaignId, requestId: `call ${call}`, recipients: people.slice(call * perCall, (call + 1) * perCall) };
    if (call === 1) await killServerDuring(server.client.call(executeDocument, { input }));
    expect(await execute(server.client, input)).toMatchObject({ acceptedCount: perCall, toSendCount: perCall });
  }
}

async function killServerDuring(call: Promise<unknown>): Promise<void> {
  const answered = call.then(
    () => "answered",
    () => "cut",
  );
  const underWay = `select from pg_stat_activity
    where pid <> pg_backend_pid() and state = 'active' and query like '%/* insert executions */%'`;
  await until("the messages are being written", async () => (await cluster.query(underWay)).length > 0, 20, 1);
  await signal(server, "SIGKILL");
  expect(await answered).toBe("cut");
  server = await cluster.startServe();
}

async function killWorker(index: number): Promise<void> {
  const worker = workers[index];
  if (worker) await signal(worker, "SIGKILL");
  workers[index] = await cluster.startWork();
}

/** An absent database answers with an error for a while. */
async function untilSent(campaignId: string, count: number): Promise<void> {
  const sent = () =>
    statsOf(server.client, campaignId).then(
      (stats) => stats.sent >= count,
      () => false,
    );
  await until(`${count} sent`, sent, 60, 200);
}

/** The totals of the campaign and of each execution, against the messages themselves. */
async function expectCountersEqualRows(): Promise<void> {
  const rows = await cluster.query(`
    select scope_id, count(*)::int as accepted, (count(*) filter (where status = 'SENT'))::int as sent
    from message cross join lateral (values (campaign_id), (execution_id)) scope (scope_id) group by scope_id order by scope_id`);
  const totals = await cluster.query("select scope_id, accepted, sent from delivery_total order by scope_id");
  expect(totals).toEqual(rows);
  expect(await cluster.query("select from message where status not in ('SENT')")).toEqual([]);
  expect(await cluster.query("select from execution where status <> 'FINISHED'")).toEqual([]);
  expect(await cluster.query("select from batch")).toEqual([]);
}
