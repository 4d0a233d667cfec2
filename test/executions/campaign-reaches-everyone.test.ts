import { afterAll, beforeAll, expect, test } from "vitest";
import { aLiveCampaign, execute, mailbox, recipients, statsOf } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

test("1,000 recipients of different context get 1,000 different messages", async () => {
  const { client } = app;
  const campaign = await aLiveCampaign(client);
  const watched = client.subscribe(
    "subscription ($id: ID!) { deliveryStats(campaignId: $id) { accepted queued claimed sending sent excluded } }",
    {
      id: campaign.id,
    },
  );
  const answer = await execute(client, { campaignId: campaign.id, requestId: "first", recipients: recipients(1000) });
  expect(answer).toMatchObject({ replayed: false, acceptedCount: 1000, excludedCount: 0, toSendCount: 1000 });
  await until("all sent", async () => (await statsOf(client, campaign.id)).sent === 1000);

  const messages = await mailbox(client, campaign.id);
  expect(new Set(messages.map((message) => message.subject)).size).toBe(1000);
  expect(new Set(messages.map((message) => message.key)).size).toBe(1000);
  expect(messages[7]).toMatchObject({
    userId: "person7@example.com",
    address: "person7@example.com",
    subject: "Hello Name 7",
    html: "<p>Hello Name 7</p>",
  });

  const { execution } = await client.expectData("query ($id: ID!) { execution(id: $id) { status finishedAt } }", {
    id: answer.execution.id,
  });
  expect(execution.status).toBe("FINISHED");
  await until("the subscriber saw the final totals", () => watched.values.at(-1)?.deliveryStats.sent === 1000);
  expect(watched.values.at(-1)?.deliveryStats).toEqual({
    accepted: 1000,
    queued: 0,
    claimed: 0,
    sending: 0,
    sent: 1000,
    excluded: 0,
  });
  watched.stop();
});
