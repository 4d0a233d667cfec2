import { aConfiguration, makeProfiles } from "./support/campaigns.ts";
import { type BenchOptions, type Line, note, quantile, type Result } from "./support/line.ts";
import { type Server, startServer } from "./support/server.ts";
import { atIntervals, triggerToWire } from "./support/triggers.ts";

const everyMilliseconds = 50;
const mostMilliseconds = 30;
const warmUp = 20;

/** A call of one person to a server that has nothing else to do, until its message is handed over. */
export const idleTrigger: Line = {
  name: "idle-trigger",
  async run(options: BenchOptions): Promise<readonly Result[]> {
    await using server = await startServer(options.nodeFlags);
    const count = options.isQuick ? 100 : 200;
    await makeProfiles(server, count);
    const configurationId = await aConfiguration(server, "sandbox");
    await triggerToWire(server, { configurationId, count: warmUp, everyMilliseconds });
    const roundTrips = await emptyQueries(server, count);
    const { toWireMilliseconds } = await triggerToWire(server, { configurationId, count, everyMilliseconds });
    const [p50, p99] = [quantile(toWireMilliseconds, 0.5), quantile(toWireMilliseconds, 0.99)];
    const empty = quantile(roundTrips, 0.5);
    note(`${count} triggers: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
    return [
      {
        what: "trigger to the wire on an idle server",
        target: `p50 under ${mostMilliseconds} ms`,
        measured: `p50 ${p50.toFixed(1)} ms`,
        yardstick: `p50 ${empty.toFixed(1)} ms: an empty query's round trip on the same server`,
        ratio: p50 / empty,
        isMet: p50 < mostMilliseconds,
        serverMegabytes: server.peakMegabytes(),
      },
    ];
  },
};

async function emptyQueries(server: Server, count: number): Promise<number[]> {
  const milliseconds: number[] = [];
  await atIntervals({ count, everyMilliseconds }, async () => {
    const calledAt = performance.now();
    await server.ask("{ __typename }");
    milliseconds.push(performance.now() - calledAt);
  });
  return milliseconds;
}
