import { setTimeout as pause } from "node:timers/promises";
import { rateOf, worstSecond } from "../support/instants.ts";
import { aConfiguration, act, aLiveCampaign, makeProfiles, untilSent } from "./support/campaigns.ts";
import { canHaveSeveralWorkers, startCluster } from "./support/cluster.ts";
import { engineWaitSeconds } from "./support/cpu.ts";
import { callsFor } from "./support/drain.ts";
import { postAll } from "./support/http-load.ts";
import { type BenchOptions, type Line, mustBe, note, type Result, whole } from "./support/line.ts";
import { type Server, startServer } from "./support/server.ts";

const rates = [1, 165, 2000];
const mostDeviation = 0.01;
/** Of the rate, in one batch: what a worker alone marks together, and the tickets that several workers take in turn. */
const batchSeconds = { alone: 0.02, shared: 0.025 };

/** The delivery rate as the mailbox saw it, with one worker and with two that share it through Redis. */
export const exactRates: Line = {
  name: "rates",
  async run(options: BenchOptions): Promise<readonly Result[]> {
    const results = await withOneWorker(options);
    if (canHaveSeveralWorkers()) return [...results, ...(await withTwoWorkers(options))];
    note("no redis-server on this machine: two workers are not measured");
    return results;
  },
};

async function withOneWorker(options: BenchOptions): Promise<Result[]> {
  await using server = await startServer(options.nodeFlags);
  return await measureAll(server, { name: "one worker", pids: [server.pid], batchSeconds: batchSeconds.alone }, options);
}

async function withTwoWorkers(options: BenchOptions): Promise<Result[]> {
  await using cluster = await startCluster({ workers: 2, nodeFlags: options.nodeFlags });
  const pids = cluster.workers.map(({ pid }) => pid);
  return await measureAll(cluster, { name: "two workers", pids, batchSeconds: batchSeconds.shared }, options);
}

type Workers = { readonly name: string; readonly pids: readonly number[]; readonly batchSeconds: number };

async function measureAll(server: Server, workers: Workers, options: BenchOptions): Promise<Result[]> {
  const seconds = options.isQuick ? 4 : 10;
  await makeProfiles(server, Math.max(...rates) * seconds + 1);
  const configurationId = await aConfiguration(server, "sandbox");
  const results: Result[] = [];
  for (const rate of rates) {
    const { perSecond, worst } = await measure(server, configurationId, { rate, seconds, pids: workers.pids });
    const mostInSecond = rate + Math.max(1, Math.ceil(rate * workers.batchSeconds));
    results.push({
      what: `delivery rate ${shown(rate)}/s for ${seconds} s, ${workers.name}`,
      target: `within 1 %, no sliding second over ${shown(mostInSecond)}`,
      measured: `${shown(perSecond)}/s, worst sliding second ${shown(worst)}`,
      yardstick: `${shown(rate)}/s: the rate asked for`,
      ratio: perSecond / rate,
      isMet: Math.abs(perSecond / rate - 1) <= mostDeviation && worst <= mostInSecond,
      serverMegabytes: server.peakMegabytes(),
    });
  }
  return results;
}

type Asked = { readonly rate: number; readonly seconds: number; readonly pids: readonly number[] };

async function measure(server: Server, configurationId: string, { rate, seconds, pids }: Asked) {
  const count = rate * seconds + 1;
  const campaignId = await aLiveCampaign(server, configurationId, { deliveryRate: rate });
  await act(server, "pauseCampaign", campaignId);
  await postAll({ url: server.url, key: server.key, connections: 1, bodies: callsFor(campaignId, 0, count) });
  const waitedBefore = engineWaitSeconds(pids);
  await act(server, "resumeCampaign", campaignId);
  await pause(seconds * 500);
  const [batches] = await server.query<{ workers: number }>("select count(distinct worker_id)::int as workers from batch");
  await untilSent(server, campaignId, count);
  const waited = (engineWaitSeconds(pids) - waitedBefore) / pids.length / seconds;
  const rows = await server.query<{ at: number }>(
    "select (extract(epoch from at) * 1000)::float8 as at from sandbox_message where campaign_id = $1 order by at",
    [campaignId],
  );
  mustBe("messages in the mailbox", rows.length, count);
  const instants = rows.map((row) => row.at);
  const gaps = instants.slice(1).map((instant, index) => instant - (instants[index] ?? 0));
  const busy = `the engine waited ${whole(waited * 100)} % of the time for a core`;
  note(
    `${shown(rate)}/s: ${shown(count)} messages, halfway ${batches?.workers} held batches; longest pause ${shown(Math.max(...gaps))} ms; ${busy}`,
  );
  return { perSecond: rateOf(instants), worst: worstSecond(instants) };
}

function shown(figure: number): string {
  return figure.toLocaleString("en-US", { maximumFractionDigits: 3 });
}
