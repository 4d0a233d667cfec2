import { join } from "node:path";
import { aConfiguration, act, aLiveCampaign, callBody, makeProfiles, recipientsJson, totalsOf } from "./support/campaigns.ts";
import { cpuPer, cpuSecondsOf } from "./support/cpu.ts";
import { type Loaded, postAll } from "./support/http-load.ts";
import { type BenchOptions, type Line, mustBe, note, quantile, type Result, whole } from "./support/line.ts";
import { aPerson } from "./support/order-email.ts";
import { restBody } from "./support/rest.ts";
import { type Server, startServer } from "./support/server.ts";

const connections = 16;
const leastShare = 0.5;
const people = 20_000;
const path = "/im/executions/unitary";
const emptyAcceptor = join(import.meta.dirname, "processes/empty-acceptor.ts");

/** One person with a profile a call, the campaign PAUSED: the calls of `accept-small-calls` through the other door. */
export const restSmallCalls: Line = {
  name: "rest-small-calls",
  async run(options: BenchOptions): Promise<readonly Result[]> {
    await using server = await startServer(options.nodeFlags);
    await using emptyServer = await startServer([...options.nodeFlags, "--import", emptyAcceptor]);
    await makeProfiles(server, people);
    const campaignId = await aLiveCampaign(server, await aConfiguration(server, "discard"));
    await act(server, "pauseCampaign", campaignId);
    const calls = options.isQuick ? 6000 : 30_000;
    const warmUp = options.isQuick ? 1000 : 5000;
    const overRest = (prefix: string, count: number, { url, key } = server): Promise<Loaded> =>
      postAll({ url, key, connections, path, status: 202, bodies: restBodies(campaignId, prefix, count) });
    const overGraphql = (prefix: string, count: number): Promise<Loaded> =>
      postAll({ ...server, connections, bodies: graphqlBodies(campaignId, prefix, count) });

    await overGraphql("warm-up of GraphQL", warmUp);
    await overRest("warm-up", warmUp);
    await overRest("warm-up", warmUp, emptyServer);
    const beforeEmpty = cpuSecondsOf(emptyServer.pid);
    const empty = await overRest("empty", calls, emptyServer);
    note(`empty route: ${cpuPer("call", calls, beforeEmpty, cpuSecondsOf(emptyServer.pid))}`);
    const before = cpuSecondsOf(server.pid);
    const graphql = await overGraphql("GraphQL", calls);
    const between = cpuSecondsOf(server.pid);
    const rest = await overRest("call", calls);
    note(`GraphQL: ${cpuPer("call", calls, before, between)}`);
    note(`REST: ${cpuPer("call", calls, between, cpuSecondsOf(server.pid))}`);
    mustBe("accepted", (await totalsOf(server, campaignId)).accepted, 2 * (warmUp + calls));
    await checkExecutions(server, campaignId, 2 * (warmUp + calls));

    const [perSecond, emptyPerSecond, beside] = [rateOf(rest), rateOf(empty), rateOf(graphql)];
    const ratio = perSecond / emptyPerSecond;
    const [p50, p99] = [quantile(rest.latencyMilliseconds, 0.5), quantile(rest.latencyMilliseconds, 0.99)];
    note(`calls of one recipient over ${connections} connections: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
    return [
      {
        what: "`POST /im/executions/unitary`, 1 recipient a call, 16 connections, durable",
        target: `${leastShare} of the yardstick, and no fewer than GraphQL`,
        measured: `${whole(perSecond)} calls/s`,
        yardstick: `${whole(emptyPerSecond)} calls/s: the same calls read, checked and answered by the same server, with nothing kept; ${whole(beside)} calls/s: the same through GraphQL`,
        ratio,
        isMet: ratio >= leastShare && perSecond >= beside,
        serverMegabytes: server.peakMegabytes(),
      },
    ];
  },
};

const rateOf = ({ answers, seconds }: Loaded): number => answers / seconds;

async function checkExecutions(server: Server, campaignId: string, count: number): Promise<void> {
  const [executions] = await server.query<{ count: number }>(
    "select count(*)::int as count from execution where campaign_id = $1 and accepted_count = 1 and excluded_count = 0",
    [campaignId],
  );
  mustBe("executions", executions?.count, count);
}

function* restBodies(campaignId: string, prefix: string, count: number): Generator<Buffer> {
  for (let index = 0; index < count; index += 1) {
    const { userId, context } = aPerson(index % people);
    const recipient = { type: "aep", namespace: "email", userId, context };
    yield restBody(campaignId, `${prefix} ${index}`, JSON.stringify([recipient]));
  }
}

function* graphqlBodies(campaignId: string, prefix: string, count: number): Generator<Buffer> {
  for (let index = 0; index < count; index += 1)
    yield callBody(campaignId, `${prefix} ${index}`, recipientsJson(index % people, (index % people) + 1));
}
