import { afterAll, beforeAll, expect, test } from "vitest";
import { heldBytesMax, planClaimBytes, planRendering, renderedMax } from "../../src/dispatch/plan-memory.ts";
import { act, aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { anSmtpConfiguration } from "../support/smtp-campaigns.ts";
import { createSinks } from "../support/smtp-sink.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
const sinks = createSinks();
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await app.stop();
  await sinks.stop();
});

const campaigns = 30;
const messagesEach = 60;
const contextBytes = 150_000;

/** One message by a call; its likes, with much context, straight into the table. */
async function aPausedCampaign(channelConfigurationId: string): Promise<string> {
  const { id } = await aLiveCampaign(app.client, { channelConfigurationId });
  await act(app.client, "pauseCampaign", id);
  await execute(app.client, { campaignId: id, requestId: "only", recipients: recipients(1) });
  await app.query(
    `insert into message (id, execution_id, campaign_id, version_id, status, attempts, available_at, recipient_type, namespace,
       user_id, address, context)
     select gen_random_uuid(), execution_id, campaign_id, version_id, 'QUEUED', 0, available_at, recipient_type, namespace,
       'u' || n, 'u' || n || '@example.com', json_build_object('name', repeat('x', $2::int))
     from message cross join generate_series(2, $3::int) n where campaign_id = $1`,
    [id, contextBytes, messagesEach],
  );
  return id;
}

test("many campaigns with large contexts, and a provider that takes none of them: what a worker holds in memory is bounded over all", async () => {
  // It lets everybody in and greets nobody.
  const sink = await sinks.open({ server: { onConnect: () => undefined } });
  const { id: configurationId } = await anSmtpConfiguration(app.client, { port: sink.port }, { concurrency: 5 });
  const ids: string[] = [];
  for (let made = 0; made < campaigns; made += 1) ids.push(await aPausedCampaign(configurationId));
  await Promise.all(ids.map((id) => act(app.client, "resumeCampaign", id)));
  const holding = "select count(distinct campaign_id)::int as count from message where status = 'CLAIMED'";
  await until("every campaign has something claimed", async () => {
    const [{ count } = { count: 0 }] = await app.query<{ count: number }>(holding);
    return count === campaigns;
  });
  const summing = "select coalesce(sum(octet_length(context::text)), 0)::int as bytes from message where status = 'CLAIMED'";
  for (let look = 0; look < 5; look += 1) {
    const [{ bytes } = { bytes: 0 }] = await app.query<{ bytes: number }>(summing);
    expect(bytes).toBeLessThanOrEqual(2 * heldBytesMax);
    await app.query("select pg_sleep(0.3)");
  }
  await Promise.all(ids.map((id) => act(app.client, "stopCampaign", id)));
});

test.each([
  ["alone: what one claim may take", { heldBytes: 0, lanes: 1, isHolding: false }, 8_000_000],
  ["among a hundred: its share", { heldBytes: 0, lanes: 100, isHolding: false }, heldBytesMax / 100],
  ["with something in hand: no more than is left", { heldBytes: heldBytesMax - 1000, lanes: 2, isHolding: true }, 1000],
  ["with something in hand and nothing left: nothing", { heldBytes: heldBytesMax + 1, lanes: 2, isHolding: true }, 0],
  ["with nothing in hand: its share, whatever others hold", { heldBytes: heldBytesMax, lanes: 10, isHolding: false }, 6_400_000],
])("what a lane may claim %s", (_, state, bytes) => {
  expect(planClaimBytes(state)).toBe(bytes);
});

test.each([
  ["alone: all of it", { rendered: 0, lanes: 1, isHolding: false }, renderedMax],
  ["among ten: its share", { rendered: 0, lanes: 10, isHolding: false }, renderedMax / 10],
  ["with something in hand and nothing left: nothing", { rendered: renderedMax, lanes: 10, isHolding: true }, 0],
  [
    "with nothing in hand: its share, whatever others hold",
    { rendered: renderedMax, lanes: 10, isHolding: false },
    renderedMax / 10,
  ],
  ["with nothing in hand, at twice the bound: nothing", { rendered: 2 * renderedMax, lanes: 10, isHolding: false }, 0],
])("what a lane may render %s", (_, state, characters) => {
  expect(planRendering(state)).toBe(characters);
});

test("of large messages for a provider that takes its time, no more are rendered and marked than may be held [D55]", async () => {
  const sink = await sinks.open({ server: { onConnect: () => undefined } });
  const { id: channelConfigurationId } = await anSmtpConfiguration(app.client, { port: sink.port }, { concurrency: 50 });
  const row = `<p>{{item}} ${"A fine thing to have at home. ".repeat(58)}</p>`;
  const html = `<body>{{#each context.items as |item|}}${row}{{/each}}</body>`;
  const { id } = await aLiveCampaign(app.client, { channelConfigurationId, content: { email: { subject: "Yours", html } } });
  const context = { items: Array.from({ length: 1000 }, () => 1) };
  const people = recipients(60).map(({ userId }) => ({ userId, context }));
  await execute(app.client, { campaignId: id, requestId: "only", recipients: people });
  const count = async () => (await statsOf(app.client, id)).sending;
  await until("some are on their way", async () => (await count()) > 0);
  for (let look = 0; look < 5; look += 1) {
    expect(await count()).toBeLessThanOrEqual(Math.ceil(renderedMax / 3_400_000) + 1);
    await app.query("select pg_sleep(0.2)");
  }
  await act(app.client, "stopCampaign", id);
});
