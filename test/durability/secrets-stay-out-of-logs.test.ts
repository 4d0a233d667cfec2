import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { execute, statsOf } from "../support/campaigns.ts";
import { aDataFolder, cleanUp, signal, startServer } from "../support/server-process.ts";
import { anSmtpCampaign, messagesOf } from "../support/smtp-campaigns.ts";
import { refusal, startSmtpSink } from "../support/smtp-sink.ts";
import { until } from "../support/until.ts";

afterAll(cleanUp);

test("at the most talkative level no log line holds a password, a key, an address or a context value, also when sending fails", async () => {
  const canary = { password: "canary-password-8d1f5c0a", person: "canary-person@example.com", value: "canary-value-51c2" };
  const sink = await startSmtpSink({
    server: {
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        username === "wrong" ? done(refusal(535, `5.7.8 Not ${password?.length}`)) : done(null, { user: username }),
    },
  });
  const folder = aDataFolder();
  const server = await startServer({ ENVOI_DATA: folder, LOG_LEVEL: "trace" });
  for (const username of ["right", "wrong"]) {
    const campaign = await anSmtpCampaign(server.client, { port: sink.port, username, password: canary.password });
    const { execution } = await execute(server.client, {
      campaignId: campaign.id,
      requestId: username,
      recipients: [{ userId: canary.person, context: { name: canary.value } }],
    });
    await until("it was tried", async () => {
      const [message] = await messagesOf(server.client, execution.id);
      return message.error || (await statsOf(server.client, campaign.id)).sent === 1;
    });
  }
  const key = readFileSync(join(folder, "admin.key"), "utf8").trim();
  const secret = readFileSync(join(folder, "secret.key"), "utf8").trim();
  await signal(server, "SIGTERM");
  await sink.stop();
  expect(server.output().length).toBeGreaterThan(500);
  for (const hidden of [...Object.values(canary), key, secret]) expect(server.output()).not.toContain(hidden);
});
