import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { expectConservation } from "../support/conservation.ts";
import { type CuttingSink, isChosen, startCuttingSink } from "../support/cutting-smtp-sink.ts";
import { hasRedis } from "../support/redis-process.ts";
import { type Launched, type ServerProcess, signal } from "../support/server-process.ts";
import { anSmtpConfiguration } from "../support/smtp-campaigns.ts";
import { until } from "../support/until.ts";

const count = 50_000;
const kills = 10;
/** After so many of the kills of workers. */
const postgresCrashes = [3, 7];
const cutting = { cutShare: 0.01, seed: "killed" };
const people = recipients(count).map((person) => person.userId);
const cut = people.filter((address) => isChosen(address, cutting));

let cluster: Cluster;
let server: ServerProcess;
let sink: CuttingSink;
let workers: Launched[] = [];

const what =
  "three workers over SMTP, 1 % of the sessions cut after the final dot, ten kills of workers, two crashes of PostgreSQL";

describe.skipIf(!hasRedis)(what, () => {
  beforeAll(async () => {
    cluster = await startCluster({ withRedis: true, environment: { LEASE_SECONDS: "2" } });
    server = await cluster.startServe();
    workers = await Promise.all([1, 2, 3].map(() => cluster.startWork()));
  });
  afterAll(() => cluster?.stop());

  /** Everybody's Message-IDs, and who was on the way when a worker was killed. */
  async function run(onUncertain: "RESEND" | "HOLD") {
    sink = await startCuttingSink(cutting);
    const { id: channelConfigurationId } = await anSmtpConfiguration(server.client, { port: sink.port }, { concurrency: 10 });
    const { id } = await aLiveCampaign(server.client, { channelConfigurationId, onUncertain });
    await execute(server.client, { campaignId: id, requestId: "only", recipients: recipients(count) });
    for (let kill = 1; kill <= kills; kill += 1) {
      await untilSettled(id, (count * kill) / (kills + 1));
      const worker = workers[kill % 3];
      if (worker) await signal(worker, "SIGKILL");
      workers[kill % 3] = await cluster.startWork();
      if (postgresCrashes.includes(kill)) await cluster.crashPostgres();
    }
    await untilSettled(id, count);
    const stats = await expectConservation(server.client, id, count);
    const arrivals = await sink.arrivals();
    await sink.stop();
    const lost = await cluster.query<{ address: string }>(
      "select address from message where campaign_id = $1 and (error_code = 'WORKER_LOST' or history::text like '%worker was lost%')",
      [id],
    );
    process.stdout.write(
      `${onUncertain}: ${lost.length} on the way when a worker was killed, ${cut.length} cut, ${JSON.stringify(stats)}\n`,
    );
    return { id, stats, arrivals, lost: lost.map((row) => row.address) };
  }

  async function untilSettled(id: string, settled: number): Promise<void> {
    // An absent database answers with an error for a while.
    const reached = () =>
      statsOf(server.client, id).then(
        ({ sent, uncertain }) => sent + uncertain >= settled,
        () => false,
      );
    await until(`${settled} settled`, reached, 60, 200);
  }

  test("RESEND: nobody is lost; only those come twice, under one Message-ID [D12] [D14] [D32]", async () => {
    const { stats, arrivals, lost } = await run("RESEND");
    expect(stats).toMatchObject({ sent: count, uncertain: 0, failed: 0 });
    expect(arrivals.map((arrival) => arrival.recipient).sort()).toEqual([...people].sort());
    const mayRepeat = new Set([...cut, ...lost]);
    const repeated = arrivals.filter((arrival) => arrival.messageIds.length > 1);
    expect(repeated.filter((arrival) => !mayRepeat.has(arrival.recipient))).toEqual([]);
    for (const { messageIds } of repeated) expect(new Set(messageIds).size).toBe(1);
    expect(repeated.length).toBeGreaterThanOrEqual(cut.length);
  });

  test("HOLD: nobody gets anything twice; exactly those are UNCERTAIN [D13] [D14] [D32]", async () => {
    const { id, stats, arrivals, lost } = await run("HOLD");
    const uncertain = await cluster.query<{ address: string }>(
      "select address from message where campaign_id = $1 and status = 'UNCERTAIN'",
      [id],
    );
    expect(uncertain.map((row) => row.address).sort()).toEqual([...new Set([...cut, ...lost])].sort());
    expect(stats).toMatchObject({ sent: count - uncertain.length, failed: 0 });
    expect(arrivals.filter((arrival) => arrival.messageIds.length !== 1)).toEqual([]);
    const arrived = new Set(arrivals.map((arrival) => arrival.recipient));
    expect(people.filter((address) => !arrived.has(address) && !lost.includes(address))).toEqual([]);
  });
});
