import { aConfiguration, aLiveCampaign, callBody, untilSent } from "./support/campaigns.ts";
import { cpuPer, cpuSecondsOf } from "./support/cpu.ts";
import { type LoadOptions, postAll } from "./support/http-load.ts";
import { type BenchOptions, type Line, note, quantile, type Result, whole } from "./support/line.ts";
import { orderEmail, type Person } from "./support/order-email.ts";
import { externalJson, restBody } from "./support/rest.ts";
import { type Server, startServer } from "./support/server.ts";

const connections = 16;
const perCall = 20;
const least = 5000;
/** A little more than the aim asks for: the first and the last calls take their time too. */
const callsPerSecond = (1.04 * least) / perCall;
const mostMilliseconds = 1000;

/** As many values as the 2 kB email prints, all of them of the call. */
const content = JSON.parse(JSON.stringify(orderEmail).replaceAll("profile.firstName", "context.firstName"));
const contextOf = ({ firstName, context }: Person): object => ({ ...context, firstName });

type Door = { readonly name: string; readonly load: Partial<LoadOptions>; bodyOf(campaignId: string, index: number): Buffer };

const rest: Door = {
  name: "REST",
  load: { path: "/im/executions/highthroughput", status: 202 },
  bodyOf: (campaignId, index) => restBody(campaignId, `call ${index}`, peopleOf(index)),
};

const graphql: Door = {
  name: "GraphQL",
  load: {},
  bodyOf: (campaignId, index) =>
    callBody(campaignId, `call ${index}`, peopleOf(index).replaceAll('"type":"external"', '"type":"EXTERNAL"')),
};

/** Calls of 20 people come at an even pace, while what they brought is rendered and handed over by the same server. */
export const highThroughput: Line = {
  name: "high-throughput",
  async run(options: BenchOptions): Promise<readonly Result[]> {
    await using server = await startServer(options.nodeFlags);
    const configurationId = await aConfiguration(server, "discard");
    const calls = Math.round(callsPerSecond * (options.isQuick ? 8 : 30));
    await measure(server, { configurationId, door: rest, calls: Math.round(callsPerSecond * 3) });
    const beside = await measure(server, { configurationId, door: graphql, calls });
    const { acceptedPerSecond, handedPerSecond, p50, p99 } = await measure(server, { configurationId, door: rest, calls });
    return [
      {
        what: `\`POST /im/executions/highthroughput\`, ${perCall} recipients a call, a 2 kB email rendered and handed over`,
        target: `${whole(least)} recipients/s, and p99 under ${whole(mostMilliseconds)} ms from the call to the wire`,
        measured: `${whole(acceptedPerSecond)} accepted and ${whole(handedPerSecond)} handed over a second, p50 ${whole(p50)} ms, p99 ${whole(p99)} ms`,
        yardstick: `p50 ${whole(beside.p50)} ms, p99 ${whole(beside.p99)} ms: the same calls through GraphQL`,
        ratio: p99 / beside.p99,
        isMet: Math.min(acceptedPerSecond, handedPerSecond) >= least && p99 < mostMilliseconds,
        serverMegabytes: server.peakMegabytes(),
      },
    ];
  },
};

type Measure = { readonly configurationId: string; readonly door: Door; readonly calls: number };

async function measure(server: Server, { configurationId, door, calls }: Measure) {
  const campaignId = await aLiveCampaign(server, configurationId, { highThroughput: true, createProfiles: false, content });
  const before = cpuSecondsOf(server.pid);
  const bodies = bodiesOf(campaignId, door, calls);
  const { seconds, startedAt } = await postAll({ ...server, connections, perSecond: callsPerSecond, ...door.load, bodies });
  await untilSent(server, campaignId, calls * perCall);
  note(`${door.name}: ${cpuPer("recipient", calls * perCall, before, cpuSecondsOf(server.pid))}`);
  const handed = await handedAt(server, campaignId);
  const toWire = handed.map(({ index, at }) => at - startedAt - (index * 1000) / callsPerSecond);
  const last = handed.reduce((latest, { at }) => Math.max(latest, at), 0);
  const result = {
    acceptedPerSecond: (calls * perCall) / seconds,
    handedPerSecond: handed.length / ((last - startedAt) / 1000),
    p50: quantile(toWire, 0.5),
    p99: quantile(toWire, 0.99),
  };
  note(`${door.name}: ${whole(handed.length)} recipients, p50 ${whole(result.p50)} ms, p99 ${whole(result.p99)} ms to the wire`);
  return result;
}

function* bodiesOf(campaignId: string, door: Door, calls: number): Generator<Buffer> {
  for (let index = 0; index < calls; index += 1) yield door.bodyOf(campaignId, index);
}

const peopleOf = (index: number): string => externalJson(index * perCall, (index + 1) * perCall, contextOf);

/** Of each message: which call named it, and the database's instant of the hand-over. */
async function handedAt(server: Server, campaignId: string): Promise<{ readonly index: number; readonly at: number }[]> {
  return server.query(
    `select split_part(execution.request_id, ' ', 2)::int as index, (extract(epoch from message.handed_at) * 1000)::float8 as at
     from message join execution on execution.id = message.execution_id
     where message.campaign_id = $1 and message.status = 'SENT' and message.attempts = 1`,
    [campaignId],
  );
}
