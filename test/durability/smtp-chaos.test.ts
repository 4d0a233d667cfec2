import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { expectConservation } from "../support/conservation.ts";
import { type CuttingSink, isChosen, startCuttingSink } from "../support/cutting-smtp-sink.ts";
import { anSmtpConfiguration } from "../support/smtp-campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

const count = 5000;
const cutting = { cutShare: 0.01, seed: "chaos" };
const people = recipients(count);
const cut = people.map((person) => person.userId).filter((address) => isChosen(address, cutting));

let app: TestApp;
let sink: CuttingSink;
beforeAll(async () => {
  app = await startTestApp();
});
afterEach(() => sink.stop());
afterAll(() => app.stop());

async function trigger(onUncertain: "RESEND" | "HOLD"): Promise<string> {
  sink = await startCuttingSink(cutting);
  const { id: channelConfigurationId } = await anSmtpConfiguration(app.client, { port: sink.port }, { concurrency: 20 });
  const { id } = await aLiveCampaign(app.client, { channelConfigurationId, onUncertain });
  await execute(app.client, { campaignId: id, requestId: "only", recipients: people });
  return id;
}

/** Everybody is settled, counted over all states. */
async function settled(id: string): Promise<{ sent: number; uncertain: number }> {
  await until(
    "all are settled",
    async () => {
      const { queued, claimed, sending } = await statsOf(app.client, id);
      return queued + claimed + sending === 0;
    },
    90,
    100,
  );
  const { sent, uncertain } = await expectConservation(app.client, id, count);
  return { sent, uncertain };
}

test("one session in a hundred cut after the final dot, RESEND: nobody is lost, and only those come twice, under one Message-ID [D12] [D14]", async () => {
  expect(cut.length).toBeGreaterThan(20);
  const id = await trigger("RESEND");
  expect(await settled(id)).toEqual({ sent: count, uncertain: 0 });

  const arrivals = await sink.arrivals();
  expect(new Set(arrivals.map((arrival) => arrival.recipient))).toEqual(new Set(people.map((person) => person.userId)));
  const repeated = arrivals.filter((arrival) => arrival.messageIds.length > 1);
  expect(repeated.map((arrival) => arrival.recipient).sort()).toEqual([...cut].sort());
  for (const { messageIds } of repeated) {
    expect(messageIds).toHaveLength(2);
    expect(messageIds[0]).toMatch(/^<.+@sender\.example>$/);
    expect(messageIds[1]).toBe(messageIds[0]);
  }
  const keys = await app.query<{ key: string }>(
    "select '<' || id || '@sender.example>' as key from message where campaign_id = $1",
    [id],
  );
  expect(arrivals.map((arrival) => arrival.messageIds[0]).sort()).toEqual(keys.map((row) => row.key).sort());
});

test("one session in a hundred cut after the final dot, HOLD: nobody gets anything twice, and exactly those are UNCERTAIN [D13] [D14]", async () => {
  const id = await trigger("HOLD");
  expect(await settled(id)).toEqual({ sent: count - cut.length, uncertain: cut.length });

  const arrivals = await sink.arrivals();
  expect(arrivals).toHaveLength(count);
  expect(arrivals.filter((arrival) => arrival.messageIds.length !== 1)).toEqual([]);
  const uncertain = await app.query<{ address: string }>(
    "select address from message where campaign_id = $1 and status = 'UNCERTAIN' order by address",
    [id],
  );
  expect(uncertain.map((row) => row.address)).toEqual([...cut].sort());
});
