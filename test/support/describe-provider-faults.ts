import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { act, aLiveCampaign, type Channel, execute, statsOf } from "./campaigns.ts";
import type { Data } from "./graphql-client.ts";
import { startTestApp, type TestApp } from "./test-app.ts";
import { until } from "./until.ts";

/** Faults that every provider plays: those after which a message may have been taken, and those after which it surely was not. */
export type Fault = "THROTTLED" | "CUT_EARLY" | "CUT_LATE" | "CUT_ANSWER" | "SILENT" | "BROKEN" | "REFUSED";
export const faults: readonly Fault[] = ["THROTTLED", "CUT_EARLY", "CUT_LATE", "CUT_ANSWER", "SILENT", "BROKEN", "REFUSED"];

export type FaultyProvider = {
  /** Addresses of the calls that were acted upon, answered or not. */
  readonly taken: () => string[];
  /** Of the channel configuration: provider, and its settings. */
  readonly fields: Data;
  stop(): Promise<void>;
};

/** `planned` gives the fault that is played for an address the first time that it is sent to, and null afterwards. */
export type OpenFaulty = (planned: (address: string) => Fault | null) => Promise<FaultyProvider>;

export type ProviderUnderFaults = {
  readonly channel: Channel;
  readonly recipient: (index: number) => Data;
  readonly addressOf: (index: number) => string;
  readonly open: OpenFaulty;
};

const count = 42;

/** The delivery contract through the whole server, against a provider that breaks in every way. */
export function describeProviderFaults(name: string, { channel, recipient, addressOf, open }: ProviderUnderFaults): void {
  describe(`${name} that breaks in every way`, () => {
    let app: TestApp;
    beforeAll(async () => {
      app = await startTestApp({ HTTP_PRIVATE_ADDRESSES: "allow" });
    });
    afterAll(() => app.stop());

    const run = async (onUncertain: "HOLD" | "RESEND") => {
      const met = new Set<string>();
      const plan = new Map(
        Array.from({ length: count }, (_, index) => [addressOf(index), faults[index % faults.length] as Fault]),
      );
      const far = await open((address) => {
        if (met.has(address)) return null;
        met.add(address);
        return plan.get(address) ?? null;
      });
      const input = { name: `${name} ${onUncertain}`, channel, concurrency: 50, ...far.fields };
      const save = "mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id } }";
      const { saveChannelConfiguration: saved } = await app.client.expectData(save, { input });
      const campaign = await aLiveCampaign(app.client, { channel, channelConfigurationId: saved.id, onUncertain });
      const recipients = Array.from({ length: count }, (_, index) => recipient(index));
      await execute(app.client, { campaignId: campaign.id, requestId: onUncertain, recipients });
      await until(
        "every message has ended",
        async () => {
          const { queued, claimed, sending } = await statsOf(app.client, campaign.id);
          return queued + claimed + sending === 0;
        },
        90_000,
      );
      const stats = await statsOf(app.client, campaign.id);
      await act(app.client, "stopCampaign", campaign.id);
      const taken = far.taken();
      await far.stop();
      return { stats, taken, times: new Map(taken.map((address) => [address, taken.filter((one) => one === address).length])) };
    };

    const refused = count / faults.length;

    test("with HOLD reaches nobody twice, and holds what may have been taken [D13]", async () => {
      const { stats, times } = await run("HOLD");
      expect([...times.values()].filter((value) => value > 1)).toEqual([]);
      expect(stats.failed).toBe(refused);
      expect(stats.sent + stats.uncertain).toBe(count - refused);
      // Of what was surely not taken nothing is held: THROTTLED; of CUT_ANSWER the status was heard.
      expect(stats.sent).toBeGreaterThanOrEqual(2 * refused);
      expect(stats.uncertain).toBeGreaterThanOrEqual(3 * refused);
    }, 120_000);

    test("with RESEND loses nobody [D12]", async () => {
      const { stats, times } = await run("RESEND");
      expect(stats).toMatchObject({ sent: count - refused, failed: refused, uncertain: 0 });
      expect(times.size).toBe(count - refused);
    }, 120_000);
  });
}
