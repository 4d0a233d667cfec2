import { setTimeout as pause } from "node:timers/promises";
import {
  aConfiguration,
  aLiveCampaign,
  callBody,
  makeProfiles,
  recipientsJson,
  totalsOf,
  untilSent,
} from "./support/campaigns.ts";
import { startCluster } from "./support/cluster.ts";
import { postAll } from "./support/http-load.ts";
import { type BenchOptions, type Line, note, type Result, whole } from "./support/line.ts";
import { residentMegabytes } from "./support/processes.ts";
import type { Server } from "./support/server.ts";

const people = 100_000;
const perCall = 10_000;
const mostQueued = 50_000;
const mostMegabytes = 300;
const mostGrowth = 1.05;
const sampleMilliseconds = 250;
const quarters = [0, 1, 2, 3];

/** The resident memory of a worker, four times a second, while a server beside it accepts what it sends. */
export const memory: Line = {
  name: "memory",
  async run(options: BenchOptions): Promise<readonly Result[]> {
    const total = options.isQuick ? 100_000 : 1_000_000;
    await using cluster = await startCluster({ workers: 1, nodeFlags: options.nodeFlags });
    const workerPid = cluster.workers[0]?.pid ?? 0;
    await makeProfiles(cluster, people);
    const campaignId = await aLiveCampaign(cluster, await aConfiguration(cluster, "discard"));
    await pause(2000);
    const idle = residentMegabytes(workerPid, "VmRSS");
    const samples = await sampleWhile(workerPid, (progress) => feed(cluster, campaignId, { total, progress }));
    const most = quarters.map((quarter) => quarterOf(samples, total, quarter));
    for (const [index, { megabytes, perSecond }] of most.entries())
      note(`quarter ${index + 1}: at most ${whole(megabytes)} MB, ${whole(perSecond)} messages/s`);
    const highest = Math.max(...samples.map((sample) => sample.megabytes));
    const growth = (most[3]?.megabytes ?? Number.NaN) / (most[1]?.megabytes ?? Number.NaN);
    return [
      {
        what: `resident memory of one worker over ${whole(total)} messages`,
        target: `under ${mostMegabytes} MB; the last quarter at most 5 % over the second`,
        measured: `${whole(highest)} MB; the last quarter ${((growth - 1) * 100).toFixed(1)} % over the second`,
        yardstick: `${whole(idle)} MB: the same worker before, idle`,
        ratio: highest / idle,
        isMet: highest < mostMegabytes && growth <= mostGrowth,
        serverMegabytes: cluster.peakMegabytes(),
      },
    ];
  },
};

type Sample = { readonly at: number; readonly sent: number; readonly megabytes: number };
type Progress = { sent: number };

async function sampleWhile(pid: number, work: (progress: Progress) => Promise<void>): Promise<Sample[]> {
  const samples: Sample[] = [];
  const progress: Progress = { sent: 0 };
  const take = (): void =>
    void samples.push({ at: performance.now(), sent: progress.sent, megabytes: residentMegabytes(pid, "VmRSS") });
  take();
  const timer = setInterval(take, sampleMilliseconds);
  try {
    await work(progress);
  } finally {
    clearInterval(timer);
  }
  take();
  return samples;
}

type Feed = { readonly total: number; readonly progress: Progress };

/** One call after the other, each when there is room for it in the queue. */
async function feed(server: Server, campaignId: string, { total, progress }: Feed): Promise<void> {
  let accepted = 0;
  while (progress.sent < total) {
    if (accepted < total && accepted - progress.sent + perCall <= mostQueued) {
      const from = accepted % people;
      const body = callBody(campaignId, `call ${accepted}`, recipientsJson(from, from + perCall));
      await postAll({ url: server.url, key: server.key, connections: 1, bodies: [body] });
      accepted += perCall;
    } else await pause(100);
    progress.sent = (await totalsOf(server, campaignId)).sent;
  }
  await untilSent(server, campaignId, total);
}

/** By messages sent, not by time. */
function quarterOf(samples: readonly Sample[], total: number, quarter: number) {
  const own = samples.filter(({ sent }) => Math.min(3, Math.floor((sent * 4) / total)) === quarter);
  const [first, last] = [own[0], own.at(-1)];
  const seconds = ((last?.at ?? Number.NaN) - (first?.at ?? Number.NaN)) / 1000;
  return {
    megabytes: Math.max(...own.map((sample) => sample.megabytes)),
    perSecond: ((last?.sent ?? Number.NaN) - (first?.sent ?? Number.NaN)) / seconds,
  };
}
