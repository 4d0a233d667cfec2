import { setTimeout as pause } from "node:timers/promises";
import { aConfiguration, act, aLiveCampaign, makeProfiles, untilSent } from "./support/campaigns.ts";
import { callsFor } from "./support/drain.ts";
import { postAll } from "./support/http-load.ts";
import { type BenchOptions, type Line, mustBe, note, quantile, type Result, whole } from "./support/line.ts";
import { startHelper } from "./support/processes.ts";
import { type Server, startServer } from "./support/server.ts";

const many = 1000;
const messages = 20_000;
const mostMilliseconds = 500;
/** Longer than the server waits before it looks without news. */
const patienceMilliseconds = 3000;

/** From the instant at which the last message was settled until the last subscriber has the final totals. */
export const subscribers: Line = {
  name: "subscribers",
  async run(options: BenchOptions): Promise<readonly Result[]> {
    await using server = await startServer(options.nodeFlags);
    await makeProfiles(server, messages);
    const configurationId = await aConfiguration(server, "discard");
    const rounds = options.isQuick ? 1 : 3;
    const alone: number[] = [];
    const slowest: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      alone.push(await slowestOf(server, configurationId, 1));
      slowest.push(await slowestOf(server, configurationId, many));
    }
    const [one, all] = [Math.max(...alone), Math.max(...slowest)];
    return [
      {
        what: `last message settled to the final totals at the slowest of ${whole(many)} subscribers`,
        target: `under ${mostMilliseconds} ms`,
        measured: `${whole(all)} ms`,
        yardstick: `${whole(one)} ms: one subscriber alone`,
        ratio: all / one,
        isMet: all < mostMilliseconds,
        serverMegabytes: server.peakMegabytes(),
      },
    ];
  },
};

type Told = { readonly finalAts: readonly (number | null)[]; readonly totals: readonly string[] };

async function slowestOf(server: Server, configurationId: string, count: number): Promise<number> {
  const campaignId = await aLiveCampaign(server, configurationId);
  await act(server, "pauseCampaign", campaignId);
  await postAll({ url: server.url, key: server.key, connections: 2, bodies: callsFor(campaignId, 0, messages) });
  await using helper = startHelper("stats-subscribers.ts", [server.url, server.key, campaignId, String(count), String(messages)]);
  const { sockets } = await helper.next<{ sockets: number }>();
  await act(server, "resumeCampaign", campaignId);
  await untilSent(server, campaignId, messages);
  await pause(patienceMilliseconds);
  helper.tell({});
  const { finalAts, totals } = await helper.next<Told>();
  mustBe("totals that the subscribers have in the end", totals.join(" or "), await totalsByQuery(server, campaignId));
  mustBe("subscribers with the final totals", finalAts.filter((at) => at !== null).length, count);
  const lateness = await latenessOf(server, campaignId, finalAts);
  const [p50, slowest] = [quantile(lateness, 0.5), quantile(lateness, 1)];
  note(`${whole(count)} subscribers over ${sockets} sockets: p50 ${whole(p50)} ms, slowest ${whole(slowest)} ms`);
  return slowest;
}

async function latenessOf(server: Server, campaignId: string, finalAts: readonly (number | null)[]): Promise<number[]> {
  const [row] = await server.query<{ at: number }>(
    "select (extract(epoch from max(settled_at)) * 1000)::float8 as at from message where campaign_id = $1",
    [campaignId],
  );
  return finalAts.map((at) => (at ?? Number.NaN) - (row?.at ?? Number.NaN));
}

async function totalsByQuery(server: Server, campaignId: string): Promise<string> {
  const query = `query ($id: ID!) { campaign(id: $id) { stats {
    accepted queued claimed sending sent delivered bounced failed uncertain excluded exclusions { reason count }
  } } }`;
  return JSON.stringify((await server.ask(query, { id: campaignId })).campaign.stats);
}
