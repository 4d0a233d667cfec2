import { afterAll, beforeAll, expect, test } from "vitest";
import { heldBytesMax, planClaimBytes } from "../../src/dispatch/plan-memory.ts";
import { act, aLiveCampaign, execute, recipients } from "../support/campaigns.ts";
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
