import { afterAll, beforeAll, expect, test } from "vitest";
import { act, aLiveCampaign, execute, mailbox, recipients, statsOf } from "../support/campaigns.ts";
import { fallsDue, farStart } from "../support/dates.ts";
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

test("what waits keeps the content that was live when it was accepted; a later call gets the new one [D7]", async () => {
  const { client } = app;
  const content = (subject: string) => ({ email: { subject, html: "<p>H</p>", text: "T" } });
  const { id, revision } = await aLiveCampaign(client, { content: content("First") });
  const waits = { campaignId: id, requestId: "waits", recipients: recipients(3, "waits"), executeAt: farStart };
  const { execution } = await execute(client, waits);
  const update = "mutation ($id: ID!, $input: UpdateCampaignInput!) { updateCampaign(id: $id, input: $input) { id } }";
  await client.expectData(update, { id, input: { expectedRevision: revision, content: content("Second") } });
  await act(client, "activateCampaign", id);
  await execute(client, { campaignId: id, requestId: "later", recipients: recipients(3, "later") });
  await fallsDue(app, execution.id);
  await until("all sent", async () => (await statsOf(client, id)).sent === 6);
  const subjects = (await mailbox(client, id)).map((message) => `${message.userId.slice(0, 5)} ${message.subject}`);
  expect(subjects.sort()).toEqual([...Array(3).fill("later Second"), ...Array(3).fill("waits First")]);
});

test("messages leave in the order in which they fell due, and within an execution in that of its recipients [D17]", async () => {
  const { client } = app;
  const { id } = await aLiveCampaign(client, { deliveryRate: 100 });
  await act(client, "pauseCampaign", id);
  const second = { campaignId: id, requestId: "due second", recipients: recipients(40, "second"), executeAt: farStart };
  const { execution } = await execute(client, second);
  await execute(client, { campaignId: id, requestId: "due first", recipients: recipients(60, "first") });
  await fallsDue(app, execution.id);
  await act(client, "resumeCampaign", id);
  await until("all sent", async () => (await statsOf(client, id)).sent === 100);
  const left = await app.query<{ userId: string }>(
    'select user_id as "userId" from message where campaign_id = $1 order by handed_at, available_at, id',
    [id],
  );
  const due = [...recipients(60, "first"), ...recipients(40, "second")];
  expect(left.map(({ userId }) => userId)).toEqual(due.map(({ userId }) => userId));
});
