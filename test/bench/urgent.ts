import { aConfiguration, aLiveCampaign, makeProfiles, totalsOf } from "./support/campaigns.ts";
import { callsFor } from "./support/drain.ts";
import { postAll } from "./support/http-load.ts";
import { type BenchOptions, type Line, note, quantile, type Result, whole } from "./support/line.ts";
import { orderEmail } from "./support/order-email.ts";
import { type Server, startServer } from "./support/server.ts";
import { triggerToWire } from "./support/triggers.ts";

const quotaPerSecond = 2000;
const marketingCount = 100_000;
const mostMilliseconds = 1000;
const { email } = orderEmail;
const newsletter = { email: { ...email, html: `${email.html}<p>{{message.unsubscribeUrl}}</p>` } };

/** One password reset a second through the same provider, whose quota a newsletter uses up. */
export const urgent: Line = {
  name: "urgent",
  async run(options: BenchOptions): Promise<readonly Result[]> {
    await using server = await startServer(options.nodeFlags);
    await makeProfiles(server, marketingCount);
    const configurationId = await aConfiguration(server, "sandbox", { quotaPerSecond });
    const count = options.isQuick ? 20 : 40;
    const idle = await triggerToWire(server, { configurationId, count, everyMilliseconds: 250 });
    const marketingId = await beginNewsletter(server, configurationId);
    const busy = await triggerToWire(server, { configurationId, count, everyMilliseconds: 1000 });
    const { accepted, sent } = await totalsOf(server, marketingId);
    if (sent >= accepted) throw new Error("the marketing messages had all left before the last trigger");
    note(`${whole(accepted - sent)} marketing messages still waited after the last trigger`);
    const [p50, p99] = [quantile(busy.toWireMilliseconds, 0.5), quantile(busy.toWireMilliseconds, 0.99)];
    const idleP99 = quantile(idle.toWireMilliseconds, 0.99);
    note(`p50 ${whole(p50)} ms, idle ${whole(quantile(idle.toWireMilliseconds, 0.5))} ms; ${count} triggers each`);
    return [
      {
        what: `a transactional trigger to the wire while ${whole(marketingCount)} marketing messages drain at ${whole(quotaPerSecond)}/s`,
        target: `p99 under ${whole(mostMilliseconds)} ms`,
        measured: `p99 ${whole(p99)} ms`,
        yardstick: `p99 ${whole(idleP99)} ms: the same trigger on the idle server`,
        ratio: p99 / idleP99,
        isMet: p99 < mostMilliseconds,
        serverMegabytes: server.peakMegabytes(),
      },
    ];
  },
};

/** Accepts everything while it drains already, and returns once the quota is in use. */
async function beginNewsletter(server: Server, configurationId: string): Promise<string> {
  const campaignId = await aLiveCampaign(server, configurationId, { category: "MARKETING", content: newsletter });
  await postAll({
    url: server.url,
    key: server.key,
    connections: 1,
    bodies: callsFor(campaignId, 0, marketingCount, marketingCount / 2),
  });
  return campaignId;
}
