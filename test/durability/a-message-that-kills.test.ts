import { afterAll, beforeAll, expect, test } from "vitest";
import { aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { expectConservation } from "../support/conservation.ts";
import {
  aDataFolder,
  cleanUp,
  type Launched,
  type ServerProcess,
  signal,
  startProcess,
  startServer,
} from "../support/server-process.ts";
import { anSmtpConfiguration, messagesOf } from "../support/smtp-campaigns.ts";
import { type SmtpSink, startSmtpSink } from "../support/smtp-sink.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { until } from "../support/until.ts";

/** Whoever hands this message over dies at once, as by a native crash. */
const poison = "person7@example.com";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: ServerProcess;
let sink: SmtpSink;
let worker: Launched | null = null;
let environment: Readonly<Record<string, string>>;
const arrivals = new Map<string, number>();
let deaths = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  environment = { ENVOI_DATA: aDataFolder(), DATABASE_URL: database.url, LEASE_SECONDS: "5" };
  server = await startServer(environment, { command: "serve" });
  sink = await startSmtpSink({
    onMessage({ recipients: [recipient = ""] }) {
      arrivals.set(recipient, (arrivals.get(recipient) ?? 0) + 1);
      if (recipient !== poison) return null;
      worker?.process.kill("SIGKILL");
      return "cut";
    },
  });
});
afterAll(async () => {
  await signal(server, "SIGKILL");
  await cleanUp();
  await sink.stop();
  await database.drop();
});

/** `envoi work`, and again whenever it died, as a supervisor does. */
async function keepWorking(isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    worker = await startProcess(environment, { command: "work" });
    const launched = worker;
    await Promise.race([launched.ended, until("it is over", isOver, 240)]);
    if (launched.process.signalCode) deaths += 1;
  }
  if (worker) await signal(worker, "SIGTERM");
}

test("a message that kills its whole process each time is given up after six deaths; everybody else gets theirs, once more at most for each death [D39] [D57]", async () => {
  const count = 200;
  const { id: channelConfigurationId } = await anSmtpConfiguration(server.client, { port: sink.port });
  const { id } = await aLiveCampaign(server.client, { channelConfigurationId });
  const { id: other } = await aLiveCampaign(server.client);
  const { execution } = await execute(server.client, { campaignId: id, requestId: "only", recipients: recipients(count) });
  await execute(server.client, { campaignId: other, requestId: "only", recipients: recipients(50) });
  let isOver = false;
  const working = keepWorking(() => isOver);
  await until(
    "all is settled",
    async () => {
      const { sent, uncertain } = await statsOf(server.client, id);
      return sent + uncertain === count;
    },
    220,
    100,
  );
  await until("the others too", async () => (await statsOf(server.client, other)).sent === 50);
  await expectConservation(server.client, id, count);
  isOver = true;
  await working;

  const messages = await messagesOf(server.client, execution.id);
  const given = messages.filter(({ status }) => status !== "SENT");
  expect(given.map(({ address, status }) => ({ address, status }))).toEqual([{ address: poison, status: "UNCERTAIN" }]);
  expect(given[0]?.error).toContain("A worker died each time it had this message");
  expect(deaths).toBe(6);
  expect(arrivals.get(poison)).toBe(6);
  expect(Math.max(...arrivals.values())).toBeLessThanOrEqual(1 + deaths);
}, 300_000);
