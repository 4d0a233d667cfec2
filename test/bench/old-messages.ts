import { aConfiguration, aLiveCampaign, makeProfiles } from "./support/campaigns.ts";
import { drainCampaign } from "./support/drain.ts";
import { type BenchOptions, type Line, mean, note, type Result, whole } from "./support/line.ts";
import { insertOldMessages } from "./support/old-messages.ts";
import { type Server, startServer } from "./support/server.ts";

const leastShare = 0.9;
const rounds = 2;

/** The throughput of `end-to-end` on an empty table, and once more behind millions of old messages. */
export const oldMessages: Line = {
  name: "old-messages",
  async run(options: BenchOptions): Promise<readonly Result[]> {
    await using server = await startServer(options.nodeFlags);
    const count = options.isQuick ? 50_000 : 200_000;
    await makeProfiles(server, count);
    const configurationId = await aConfiguration(server, "discard");
    const empty = await drainSome(server, configurationId, count);
    await insertOldMessages(server, await aLiveCampaign(server, configurationId), options.oldMessages);
    const full = await drainSome(server, configurationId, count);
    return [
      {
        what: `end to end with ${whole(options.oldMessages)} old messages in the table`,
        target: "0.90 of the yardstick",
        measured: `${whole(full)} messages/s`,
        yardstick: `${whole(empty)} messages/s: the empty table`,
        ratio: full / empty,
        isMet: full / empty >= leastShare,
        serverMegabytes: server.peakMegabytes(),
      },
    ];
  },
};

async function drainSome(server: Server, configurationId: string, count: number): Promise<number> {
  const figures: number[] = [];
  for (let round = 0; round < rounds; round += 1) figures.push((await drainCampaign(server, configurationId, count)).perSecond);
  note(`rounds: ${figures.map(whole).join(", ")} messages/s`);
  return mean(figures);
}
