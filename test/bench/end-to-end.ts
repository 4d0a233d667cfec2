import { aConfiguration, makeProfiles } from "./support/campaigns.ts";
import { checkRendered, drainCampaign } from "./support/drain.ts";
import type { BenchOptions, Line, Result } from "./support/line.ts";
import { note, whole } from "./support/line.ts";
import { measureQueues } from "./support/queues.ts";
import { startServer } from "./support/server.ts";

const target = 15_000;

/** The whole way through the null transport: claim, render a 2 kB email, hash it, settle, count. */
export const endToEnd: Line = {
  name: "end-to-end",
  async run(options: BenchOptions): Promise<readonly Result[]> {
    await using server = await startServer(options.nodeFlags);
    const count = options.isQuick ? 50_000 : 200_000;
    await makeProfiles(server, count);
    const { campaignId, perSecond } = await drainCampaign(server, await aConfiguration(server, "discard"), count);
    await checkRendered(server, campaignId, count);
    note(`${whole(count)} messages at ${whole(perSecond)}/s; the content of every one is right`);
    const queues = await measureQueues(server, count);
    for (const queue of queues) note(`${queue.name}: ${whole(queue.perSecond)} empty jobs/s`);
    const best = Math.max(...queues.map((queue) => queue.perSecond));
    return [
      {
        what: "end to end through the null transport, a 2 kB email rendered, statistics on",
        target: `${whole(target)} messages/s`,
        measured: `${whole(perSecond)} messages/s`,
        yardstick: `empty jobs/s: ${queues.map((queue) => `${queue.name} ${whole(queue.perSecond)}`).join(", ")}`,
        ratio: perSecond / best,
        isMet: perSecond >= target,
        serverMegabytes: server.peakMegabytes(),
      },
    ];
  },
};
