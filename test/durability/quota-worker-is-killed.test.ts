import { afterAll, beforeAll, expect, test } from "vitest";
import { aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { expectConservation } from "../support/conservation.ts";
import { aDataFolder, buildServer, cleanUp, type ServerProcess, signal, startServer } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const folder = aDataFolder();
const start = (): Promise<ServerProcess> => startServer({ ENVOI_DATA: folder });

let server: ServerProcess;
beforeAll(async () => {
  buildServer();
  server = await start();
});
afterAll(async () => {
  await signal(server, "SIGKILL");
  await cleanUp();
});

test("killed while 1,500 messages wait for a quota of 50 a second: under HOLD no more are UNCERTAIN than were about to leave [D13] [D25] [D32]", async () => {
  const quotaPerSecond = 50;
  const count = 1500;
  const save = "mutation ($input: ChannelConfigurationInput!) { saveChannelConfiguration(input: $input) { id } }";
  const input = { name: "Quota", channel: "EMAIL", provider: "sandbox", quotaPerSecond };
  const { saveChannelConfiguration } = await server.client.expectData(save, { input });
  const fields = { channelConfigurationId: saveChannelConfiguration.id, onUncertain: "HOLD" };
  const { id } = await aLiveCampaign(server.client, fields);
  await execute(server.client, { campaignId: id, requestId: "only", recipients: recipients(count) });
  await until("a part is sent", async () => (await statsOf(server.client, id)).sent >= 60);

  await signal(server, "SIGKILL");
  server = await start();
  const { uncertain } = await until("it is recovered", async () => {
    const stats = await expectConservation(server.client, id, count);
    return stats.sent > 100 ? stats : null;
  });
  // 0.16 seconds of the quota and a batch, and what had left in the 40 ms that outcomes wait to be written together.
  expect(uncertain).toBeLessThanOrEqual(Math.ceil(quotaPerSecond * 0.24) + 2);
});
