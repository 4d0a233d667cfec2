import { expect, test } from "vitest";
import { aLiveCampaign, execute, recipients } from "../support/campaigns.ts";
import { anSmtpConfiguration } from "../support/smtp-campaigns.ts";
import { startSmtpSink } from "../support/smtp-sink.ts";
import { startTestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

test("a stop waits for what the provider has, also when its configuration was saved again meanwhile [D36]", async () => {
  let arrived = 0;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const sink = await startSmtpSink({
    server: {
      onData(stream, _session, done) {
        stream.resume();
        stream.once("end", () => {
          arrived += 1;
          void released.then(() => done());
        });
      },
    },
  });
  const app = await startTestApp();
  const { id: channelConfigurationId, name } = await anSmtpConfiguration(app.client, { port: sink.port });
  const { id } = await aLiveCampaign(app.client, { channelConfigurationId });
  await execute(app.client, { campaignId: id, requestId: "only", recipients: recipients(5) });
  await until("the server has them, and has not answered", () => arrived === 5);
  const next = await startSmtpSink();
  await anSmtpConfiguration(app.client, { port: next.port }, { id: channelConfigurationId, name });
  let triggered = 5;
  await until("a message goes to the new server", async () => {
    await execute(app.client, { campaignId: id, requestId: `${triggered}`, recipients: recipients(1, `late${triggered}-`) });
    triggered += 1;
    return next.deliveries.length > 0;
  });
  const stopped = app.app.stop();
  await app.query("select pg_sleep(1)");
  release();
  await stopped;
  const rows = await app.query<{ status: string }>("select status from message where campaign_id = $1", [id]);
  const statuses = rows.map((row) => row.status);
  // The last ones may still have waited in the queue, which is as good; nothing is left in anybody's hands.
  expect(statuses.filter((status) => status === "SENT").length).toBe(arrived + next.deliveries.length);
  expect(statuses.filter((status) => status === "QUEUED").length).toBe(triggered - arrived - next.deliveries.length);
  await app.stop();
  await sink.stop();
  await next.stop();
});
