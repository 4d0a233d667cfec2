import { afterAll, beforeAll, expect, test } from "vitest";
import { act, aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

/** 18 MB of contexts are written by several statements of one transaction. */
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const people = recipients(300, "large").map(({ userId, context }, index) => ({
  userId: index % 100 === 7 ? `nobody ${index}` : userId,
  context: { ...context, text: `${index} ${"x".repeat(60_000)}` },
}));
const excluded = people.filter(({ userId }) => userId.startsWith("nobody")).length;

test("everybody of a call with large contexts is stored in the call's order, and counted once", async () => {
  const { id } = await aLiveCampaign(app.client);
  await act(app.client, "pauseCampaign", id);
  const { execution, ...counts } = await execute(app.client, { campaignId: id, requestId: "large", recipients: people });
  expect(counts).toEqual({ replayed: false, acceptedCount: 300, excludedCount: excluded, toSendCount: 300 - excluded });
  expect(execution).toMatchObject({ status: "RUNNING", stats: { accepted: 300, queued: 300 - excluded, excluded } });
  const rows = await app.query<{ user_id: string; text: string | null; is_known: boolean }>(
    `select user_id, context->>'text' as text, id between e.first_message_id and e.last_message_id as is_known
     from message m join (select id as execution, first_message_id, last_message_id from execution) e on execution = execution_id
     where execution_id = $1 order by id`,
    [execution.id],
  );
  expect(rows.map(({ user_id }) => user_id)).toEqual(people.map(({ userId }) => userId));
  for (const [index, { text, is_known }] of rows.entries())
    expect([is_known, text]).toEqual([true, index % 100 === 7 ? null : people[index]?.context.text]);
  expect(await execute(app.client, { campaignId: id, requestId: "large", recipients: people })).toMatchObject({ replayed: true });
});

test("while it goes out the execution ends with the last message, not with its first statement", async () => {
  const { id } = await aLiveCampaign(app.client);
  const { execution } = await execute(app.client, { campaignId: id, requestId: "live", recipients: people });
  expect(execution.status).toBe("RUNNING");
  await until("all are sent", async () => (await statsOf(app.client, id)).sent === 300 - excluded, 30);
  const query = "query ($id: ID!) { execution(id: $id) { status stats { accepted sent excluded } } }";
  const found = await app.client.expectData(query, { id: execution.id });
  expect(found.execution).toEqual({ status: "FINISHED", stats: { accepted: 300, sent: 300 - excluded, excluded } });
});
