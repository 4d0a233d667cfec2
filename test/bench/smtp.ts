import { aConfiguration, act, aLiveCampaign, makeProfiles, untilSent } from "./support/campaigns.ts";
import { cpuPer, cpuSecondsOf } from "./support/cpu.ts";
import { callsFor } from "./support/drain.ts";
import { postAll } from "./support/http-load.ts";
import { type BenchOptions, type Line, mean, mustBe, note, type Result, whole } from "./support/line.ts";
import { type Helper, startHelper } from "./support/processes.ts";
import { startServer } from "./support/server.ts";

const connections = 20;
const leastShare = 1;

type Counts = { messages: number; bytes: number; firstAt: number; lastAt: number; people: number };

/** Nodemailer alone, Envoi, nodemailer alone again: into one sink, which does the counting for all of them. */
export const smtp: Line = {
  name: "smtp",
  async run(options: BenchOptions): Promise<readonly Result[]> {
    await using sink = startHelper("smtp-sink.ts");
    const { port } = await sink.next<{ port: number }>();
    await using server = await startServer(options.nodeFlags);
    const count = options.isQuick ? 8000 : 30_000;
    await makeProfiles(server, count);
    const configurationId = await aConfiguration(server, "smtp", {
      concurrency: connections,
      smtp: { host: "127.0.0.1", port, security: "NONE", fromAddress: "shop@sender.example" },
    });
    const campaignId = await aLiveCampaign(server, configurationId);
    await act(server, "pauseCampaign", campaignId);
    await postAll({ url: server.url, key: server.key, connections: 2, bodies: callsFor(campaignId, 0, count) });

    const before = await nodemailerAlone(sink, port, count);
    const cpuBefore = cpuSecondsOf(server.pid);
    await act(server, "resumeCampaign", campaignId);
    await untilSent(server, campaignId, count);
    note(cpuPer("message", count, cpuBefore, cpuSecondsOf(server.pid)));
    const own = await countsOf(sink, count);
    const after = await nodemailerAlone(sink, port, count);
    const alone = mean([before.perSecond, after.perSecond]);
    note(
      `nodemailer alone ${whole(before.perSecond)}/s before, ${whole(after.perSecond)}/s after, ${whole(before.bytes / count)} bytes each`,
    );
    note(`through Envoi ${whole(own.perSecond)}/s, ${whole(own.bytes / count)} bytes each`);
    return [
      {
        what: `end to end into an SMTP sink, ${connections} connections`,
        target: "the yardstick",
        measured: `${whole(own.perSecond)} messages/s`,
        yardstick: `${whole(alone)} messages/s: pooled nodemailer alone, the same emails, sink and connections`,
        ratio: own.perSecond / alone,
        isMet: own.perSecond / alone >= leastShare,
        serverMegabytes: server.peakMegabytes(),
      },
    ];
  },
};

async function nodemailerAlone(sink: Helper, port: number, count: number) {
  await using mailer = startHelper("nodemailer-alone.ts", [String(port), String(count), String(connections)]);
  const { sent, cpuSeconds } = await mailer.next<{ sent: number; cpuSeconds: number }>();
  mustBe("messages sent by nodemailer alone", sent, count);
  note(`processor time a message: nodemailer alone ${whole((cpuSeconds / count) * 1_000_000)} µs`);
  return countsOf(sink, count);
}

/** What the sink saw since it was last asked. */
async function countsOf(sink: Helper, count: number): Promise<{ readonly perSecond: number; readonly bytes: number }> {
  sink.tell({});
  const counts = await sink.next<Counts>();
  mustBe("messages in the sink", counts.messages, count);
  mustBe("people in the sink", counts.people, count);
  return { perSecond: (count - 1) / ((counts.lastAt - counts.firstAt) / 1000), bytes: counts.bytes };
}
