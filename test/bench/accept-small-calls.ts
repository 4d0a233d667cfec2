import { aConfiguration, act, aLiveCampaign, callBody, makeProfiles, recipientsJson, totalsOf } from "./support/campaigns.ts";
import { cpuPer, cpuSecondsOf } from "./support/cpu.ts";
import { type Loaded, postAll } from "./support/http-load.ts";
import { type BenchOptions, type Line, mustBe, note, quantile, type Result, whole } from "./support/line.ts";
import { startHelper } from "./support/processes.ts";
import { startServer } from "./support/server.ts";

const connections = 16;
const target = 1500;
const leastShare = 1 / 3;
const people = 20_000;

/** One person a call, the campaign PAUSED, beside an empty resolver on the same stack under the same client. */
export const acceptSmallCalls: Line = {
  name: "accept-small-calls",
  async run(options: BenchOptions): Promise<readonly Result[]> {
    await using server = await startServer(options.nodeFlags);
    await makeProfiles(server, people);
    const campaignId = await aLiveCampaign(server, await aConfiguration(server, "discard"));
    await act(server, "pauseCampaign", campaignId);
    const calls = options.isQuick ? 6000 : 30_000;
    const warmUp = options.isQuick ? 1000 : 5000;
    const post = (at: { url: string; key: string }, prefix: string, count: number): Promise<Loaded> =>
      postAll({ ...at, connections, bodies: bodiesOf(campaignId, prefix, count) });

    const empty = await measureEmpty((url, prefix, count) => post({ url, key: "none" }, prefix, count), { warmUp, calls });
    await post(server, "warm-up", warmUp);
    const before = cpuSecondsOf(server.pid);
    const loaded = await post(server, "call", calls);
    note(cpuPer("call", calls, before, cpuSecondsOf(server.pid)));
    mustBe("accepted", (await totalsOf(server, campaignId)).accepted, warmUp + calls);
    const [executions] = await server.query<{ count: number }>(
      "select count(*)::int as count from execution where campaign_id = $1 and accepted_count = 1 and excluded_count = 0",
      [campaignId],
    );
    mustBe("executions", executions?.count, warmUp + calls);

    const perSecond = calls / loaded.seconds;
    const ratio = perSecond / empty;
    const [p50, p99] = [quantile(loaded.latencyMilliseconds, 0.5), quantile(loaded.latencyMilliseconds, 0.99)];
    note(`calls of one recipient over ${connections} connections: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
    return [
      {
        what: "`executeCampaign`, 1 recipient a call, 16 connections, durable",
        target: `${whole(target)} calls/s, and 0.33 of the yardstick`,
        measured: `${whole(perSecond)} calls/s`,
        yardstick: `${whole(empty)} calls/s: an empty resolver on Fastify and Apollo Server`,
        ratio,
        isMet: perSecond >= target && ratio >= leastShare,
        serverMegabytes: server.peakMegabytes(),
      },
    ];
  },
};

function* bodiesOf(campaignId: string, prefix: string, count: number): Generator<Buffer> {
  for (let index = 0; index < count; index += 1)
    yield callBody(campaignId, `${prefix} ${index}`, recipientsJson(index % people, (index % people) + 1));
}

type Post = (url: string, prefix: string, count: number) => Promise<Loaded>;

async function measureEmpty(post: Post, sizes: { readonly warmUp: number; readonly calls: number }): Promise<number> {
  await using helper = startHelper("empty-resolver.ts");
  const { url } = await helper.next<{ url: string }>();
  await post(url, "warm-up", sizes.warmUp);
  const { answers, seconds } = await post(url, "call", sizes.calls);
  mustBe("calls answered by the empty resolver", answers, sizes.calls);
  return answers / seconds;
}
