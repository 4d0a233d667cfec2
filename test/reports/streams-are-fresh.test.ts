import { afterAll, beforeAll, expect, test } from "vitest";
import { aPolicy, dropPolicy, update } from "../support/approvals.ts";
import { aCampaign, act, aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

test("what is nested in a change of status is as it is then: status, totals, executions", async () => {
  const { id } = await aLiveCampaign(app.client);
  const fields = "status version { number } executions { totalCount edges { node { status } } } stats { sent }";
  const watched = app.client.subscribe(
    `subscription ($id: ID!) { campaignStatusChanged(campaignId: $id) { to campaign { ${fields} } } }`,
    { id },
  );
  const last = () => watched.values.at(-1)?.campaignStatusChanged.campaign;
  await until("it is watched", async () => {
    await act(app.client, "pauseCampaign", id);
    await act(app.client, "resumeCampaign", id);
    return watched.values.length > 0;
  });
  expect(watched.values[0].campaignStatusChanged.campaign).toMatchObject({ executions: { totalCount: 0 }, stats: { sent: 0 } });
  await execute(app.client, { campaignId: id, requestId: "r", recipients: recipients(5) });
  await until("five are sent", async () => (await statsOf(app.client, id)).sent === 5);
  await update(app.client, id, { content: { email: { subject: "2", html: "<p>2</p>", text: "2" } } });
  await act(app.client, "activateCampaign", id);
  await act(app.client, "pauseCampaign", id);
  await until("the last change", () => last().status === "PAUSED" && last().stats.sent === 5);
  expect(last()).toMatchObject({ version: { number: 2 }, executions: { totalCount: 1 } });
  expect(watched.errors).toEqual([]);
  watched.stop();
});

test("of an execution that is shown FINISHED, the messages nested in it are those that are over", async () => {
  const { id } = await aLiveCampaign(app.client, { deliveryRate: 20 });
  const { execution } = await execute(app.client, { campaignId: id, requestId: "r", recipients: recipients(20) });
  const query = `subscription ($id: ID!) { executionProgress(executionId: $id) {
    status stats { sent } messages(status: SENT) { totalCount } campaign { stats { sent } } } }`;
  const watched = app.client.subscribe(query, { id: execution.id });
  await watched.done;
  expect(watched.values.length).toBeGreaterThan(1);
  expect(watched.values.at(-1)?.executionProgress).toEqual({
    ...{ status: "FINISHED", stats: { sent: 20 }, messages: { totalCount: 20 }, campaign: { stats: { sent: 20 } } },
  });
});

test("the campaign, version and thread nested in an approval request are as they are then", async () => {
  const policy = await aPolicy(app.client);
  const { id } = await aCampaign(app.client);
  const watched = app.client.subscribe(
    "subscription ($id: ID!) { approvalRequests(campaignId: $id) { id status campaign { title status } version { status } comments { body } } }",
    { id },
  );
  await act(app.client, "requestApproval", id);
  const first = await until("the request", () => watched.values[0]?.approvalRequests);
  expect(first).toMatchObject({ campaign: { status: "IN_REVIEW" }, version: { status: "IN_REVIEW" }, comments: [] });
  const comment = 'mutation ($id: ID!) { commentOnApproval(approvalRequestId: $id, body: "Why?") { id } }';
  await app.client.expectData(comment, { id: first.id });
  await until("the comment", () => watched.values.at(-1)?.approvalRequests.comments.length === 1);
  await act(app.client, "cancelApprovalRequest", id);
  await until("the end", () => watched.values.at(-1)?.approvalRequests.status === "CANCELLED");
  expect(watched.values.at(-1)?.approvalRequests).toMatchObject({ campaign: { status: "DRAFT" }, version: { status: "DRAFT" } });
  watched.stop();
  await dropPolicy(app.client, policy.id);
});
