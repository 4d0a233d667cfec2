import {
  aConfiguration,
  act,
  aLiveCampaign,
  callBody,
  executeDocument,
  makeProfiles,
  recipientsJson,
  totalsOf,
} from "./support/campaigns.ts";
import { cpuPer, cpuSecondsOf } from "./support/cpu.ts";
import { type Loaded, postAll } from "./support/http-load.ts";
import { type BenchOptions, type Line, mustBe, note, quantile, type Result, whole } from "./support/line.ts";
import { startHelper } from "./support/processes.ts";
import { type Server, startServer } from "./support/server.ts";

const connections = 16;
const target = 1500;
const leastShare = 1 / 3;
const people = 20_000;
const skippedDocument = executeDocument
  .replace("ExecuteCampaignInput!)", "ExecuteCampaignInput!, $isSkipped: Boolean! = true)")
  .replace("(input: $input)", "(input: $input) @skip(if: $isSkipped)");

/**
 * One person a call, the campaign PAUSED. Beside it the same calls on the same server with their only field skipped: key,
 * document and variables are read and checked, and an empty answer is sent. A bare Fastify and Apollo Server, without
 * keys or headers, is noted too.
 */
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

    const bare = await measureBare((url, prefix, count) => post({ url, key: "none" }, prefix, count), { warmUp, calls });
    note(`an empty resolver on a bare Fastify and Apollo Server: ${whole(bare)} calls/s`);
    await post(server, "warm-up", warmUp);
    const empty = await measureSkipped(server, campaignId, calls);
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
        yardstick: `${whole(empty)} calls/s: the same calls on the same server with their field skipped (${whole(bare)} on a bare Fastify and Apollo Server)`,
        ratio,
        isMet: perSecond >= target && ratio >= leastShare,
        serverMegabytes: server.peakMegabytes(),
      },
    ];
  },
};

function* bodiesOf(campaignId: string, prefix: string, count: number, document?: string): Generator<Buffer> {
  for (let index = 0; index < count; index += 1)
    yield callBody(campaignId, `${prefix} ${index}`, recipientsJson(index % people, (index % people) + 1), document);
}

async function measureSkipped(server: Server, campaignId: string, calls: number): Promise<number> {
  const bodies = bodiesOf(campaignId, "skipped", calls, skippedDocument);
  const { answers, seconds } = await postAll({ ...server, connections, bodies });
  mustBe("calls answered with their field skipped", answers, calls);
  return answers / seconds;
}

type Post = (url: string, prefix: string, count: number) => Promise<Loaded>;

async function measureBare(post: Post, sizes: { readonly warmUp: number; readonly calls: number }): Promise<number> {
  await using helper = startHelper("empty-resolver.ts");
  const { url } = await helper.next<{ url: string }>();
  await post(url, "warm-up", sizes.warmUp);
  const { answers, seconds } = await post(url, "call", sizes.calls);
  mustBe("calls answered by the empty resolver", answers, sizes.calls);
  return answers / seconds;
}
