import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { act, aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { expectConservation } from "../support/conservation.ts";
import type { Data } from "../support/graphql-client.ts";
import { anSmtpCampaign, anSmtpConfiguration } from "../support/smtp-campaigns.ts";
import { aClosedPort, createSinks, refusal, type SmtpSink } from "../support/smtp-sink.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
const sinks = createSinks();
beforeAll(async () => {
  app = await startTestApp();
});
afterEach(() => sinks.stop());
afterAll(() => app.stop());

const trigger = (campaignId: string, count: number): Promise<Data> =>
  execute(app.client, { campaignId, requestId: "only", recipients: recipients(count) });

/** Refused attempts are the only ones that leave a trace in the history. */
async function refusedAttempts(campaignId: string): Promise<number> {
  const [row] = await app.query<{ count: number }>(
    "select coalesce(sum(jsonb_array_length(history)), 0)::int as count from message where campaign_id = $1",
    [campaignId],
  );
  return row?.count ?? 0;
}

async function expectEverybodyOnce(campaignId: string, count: number, sink: SmtpSink): Promise<void> {
  await until("all are sent", async () => (await statsOf(app.client, campaignId)).sent === count, 40);
  await expectConservation(app.client, campaignId, count);
  const people = sink.deliveries.map((delivery) => delivery.recipients[0]);
  expect(people).toHaveLength(count);
  expect(new Set(people).size).toBe(count);
}

test("a server down for 10 s with 2,000 messages waiting gets a few connections, not thousands; then everybody once [D19]", async () => {
  const count = 2000;
  const port = await aClosedPort();
  const concurrency = 20;
  const { id: channelConfigurationId } = await anSmtpConfiguration(app.client, { port }, { concurrency });
  const { id } = await aLiveCampaign(app.client, { channelConfigurationId, onUncertain: "HOLD" });
  await trigger(id, count);
  await app.query("select pg_sleep(10)");
  const whileDown = await refusedAttempts(id);
  expect(whileDown).toBeGreaterThan(0);
  // What the provider had in hand when it was found out, and probes after 1, 2, 4 and 8 s.
  expect(whileDown).toBeLessThanOrEqual(2 * concurrency + 5);
  // Given back, not held as if they were being sent.
  expect(await expectConservation(app.client, id, count)).toMatchObject({ sent: 0, queued: expect.closeTo(count, -1) });

  const sink = await sinks.open({ port });
  const upAt = performance.now();
  await expectEverybodyOnce(id, count, sink);
  expect(performance.now() - upAt).toBeLessThan(16_000);
  const [{ most } = { most: 0 }] = await app.query<{ most: number }>(
    "select max(attempts)::int as most from message where campaign_id = $1",
    [id],
  );
  expect(most).toBeLessThanOrEqual(4);
  await until("no batch is left", async () => (await app.query("select from batch")).length === 0);
});

test("while one provider is down, campaigns of another go on untouched, and a paced campaign waits and goes on [D19]", async () => {
  const port = await aClosedPort();
  const dead = await anSmtpCampaign(app.client, { port }, { deliveryRate: 200 });
  await trigger(dead.id, 300);
  await until("it is found out", async () => (await refusedAttempts(dead.id)) >= 10);
  const alive = await sinks.open();
  const other = await anSmtpCampaign(app.client, { port: alive.port });
  const startedAt = performance.now();
  await trigger(other.id, 500);
  await expectEverybodyOnce(other.id, 500, alive);
  expect(performance.now() - startedAt).toBeLessThan(5000);
  await expectEverybodyOnce(dead.id, 300, await sinks.open({ port }));
});

test("a server that refuses single messages for now is up: no message waits for another [D19]", async () => {
  const sink = await sinks.open({
    onRecipient: (address) => (Number(/\d+/.exec(address)?.[0]) < 100 ? refusal(451, "4.7.1 Greylisted") : null),
  });
  const campaign = await anSmtpCampaign(app.client, { port: sink.port });
  await trigger(campaign.id, 300);
  const startedAt = performance.now();
  await until("everybody else is served", async () => (await statsOf(app.client, campaign.id)).sent === 200, 10);
  expect(performance.now() - startedAt).toBeLessThan(3000);
  expect(await refusedAttempts(campaign.id)).toBeGreaterThanOrEqual(100);
});

test("a server that takes fewer connections than it is offered keeps those busy", async () => {
  const count = 500;
  let open = 0;
  const sink = await sinks.open({
    server: {
      onConnect(_session, done) {
        open += 1;
        done(open > 5 ? refusal(421, "4.3.2 Too many connections") : undefined);
      },
      onClose() {
        open -= 1;
      },
    },
  });
  const campaign = await anSmtpCampaign(app.client, { port: sink.port });
  await trigger(campaign.id, count);
  await until("nearly all are sent", async () => (await statsOf(app.client, campaign.id)).sent >= count * 0.9, 15);
  expect(await expectConservation(app.client, campaign.id, count)).toMatchObject({ failed: 0, uncertain: 0 });
  await act(app.client, "stopCampaign", campaign.id);
});

test("a campaign that is moved to another provider goes on there, and those who were accepted before wait for theirs [D7] [D19]", async () => {
  const port = await aClosedPort();
  const { id, revision } = await anSmtpCampaign(app.client, { port });
  await trigger(id, 300);
  await until("it is found out", async () => (await refusedAttempts(id)) >= 10);
  const next = await sinks.open();
  const { id: channelConfigurationId } = await anSmtpConfiguration(app.client, { port: next.port });
  const update = "mutation ($id: ID!, $input: UpdateCampaignInput!) { updateCampaign(id: $id, input: $input) { id } }";
  await app.client.expectData(update, { id, input: { expectedRevision: revision, channelConfigurationId } });
  await act(app.client, "activateCampaign", id);
  await execute(app.client, { campaignId: id, requestId: "later", recipients: recipients(300, "later") });
  await until("everybody of the later call is served", async () => (await statsOf(app.client, id)).sent === 300, 10);
  expect(next.deliveries.every((delivery) => delivery.recipients[0]?.startsWith("later"))).toBe(true);

  const first = await sinks.open({ port });
  await until("and then those who waited", async () => (await statsOf(app.client, id)).sent === 600, 40);
  expect(first.deliveries).toHaveLength(300);
  expect(next.deliveries).toHaveLength(300);
});

test("a configuration that is saved again is tried at once [D19]", async () => {
  const sink = await sinks.open({
    server: {
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        password === "right" ? done(null, { user: username }) : done(refusal(535, "5.7.8 Bad credentials")),
    },
  });
  const wrong = { port: sink.port, username: "envoi", password: "wrong" };
  const { id: channelConfigurationId, name } = await anSmtpConfiguration(app.client, wrong);
  const { id } = await aLiveCampaign(app.client, { channelConfigurationId });
  await trigger(id, 1000);
  // 20 are under way when it is found out, then probes follow after 1, 2 and 4 seconds: the next pause is of 8.
  await until("it has been tried three times", async () => (await refusedAttempts(id)) >= 23, 40);
  await anSmtpConfiguration(app.client, { ...wrong, password: "right" }, { id: channelConfigurationId, name });
  const savedAt = performance.now();
  await until("nearly all are sent", async () => (await statsOf(app.client, id)).sent >= 970, 12);
  expect(performance.now() - savedAt).toBeLessThan(5000);
  await expectEverybodyOnce(id, 1000, sink);
});
