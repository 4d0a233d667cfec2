import { afterAll, beforeAll, expect, test } from "vitest";
import { aKey, aPolicy, dropPolicy } from "../support/approvals.ts";
import { aCampaign, act, aLiveCampaign, listens } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

/** More than one page of any look, and all of them within the time that looks overlap. */
const many = 1500;
const announce = (news: object) => app.query("select pg_notify('envoi_news', $1)", [JSON.stringify(news)]);

test("campaignStatusChanged tells 1,500 changes of one moment, in their order, and goes on with the next", async () => {
  const { id } = await aLiveCampaign(app.client);
  const watched = app.client.subscribe("subscription { campaignStatusChanged { reason to } }");
  await listens(app.client, id);
  await act(app.client, "pauseCampaign", id);
  await until("the first change", () => watched.values.length === 1);
  await app.query(
    `insert into event (id, type, campaign_id, actor_kind, actor_id, actor_name, entity_type, data, at)
     select gen_random_uuid(), 'campaign.status-changed', $1, 'KEY', 'many', 'many', 'CAMPAIGN',
       jsonb_build_object('from', 'LIVE', 'to', 'PAUSED', 'reason', n), now() from generate_series(1, ${many}) n`,
    [id],
  );
  await announce({ topic: "campaign-status", eventId: id, campaignId: id });
  await until("all of them", () => watched.values.length >= 1 + many);
  await act(app.client, "resumeCampaign", id);
  await until("what comes after them", () => watched.values.at(-1)?.campaignStatusChanged.to === "LIVE");
  const told = watched.values.slice(1).map(({ campaignStatusChanged: { reason } }) => reason);
  expect(told).toEqual([...Array.from({ length: many }, (_, index) => String(index + 1)), null]);
  watched.stop();
});

test("approvalRequests tells 1,500 requests of one moment, and goes on with the next", async () => {
  const policy = await aPolicy(app.client);
  const { id } = await aCampaign(app.client);
  const watched = app.client.subscribe("subscription { approvalRequests { id status } }");
  await act(app.client, "requestApproval", id);
  await until("it is watched", () => watched.values.length > 0);
  const before = watched.values.length;
  await app.query(
    `insert into approval_request
     select (jsonb_populate_record(request, jsonb_build_object('id', gen_random_uuid(), 'status', 'CANCELLED', 'updated_at', now()))).*
     from approval_request request, generate_series(1, ${many}) where campaign_id = $1`,
    [id],
  );
  await announce({ topic: "approval", approvalRequestId: id, campaignId: id });
  await until("all of them", () => watched.values.length >= before + many);
  await (await aKey(app, "APPROVER")).client.expectData("mutation ($id: ID!) { approveCampaign(id: $id) { id } }", { id });
  await until("what comes after them", () => watched.values.at(-1)?.approvalRequests.status === "APPROVED");
  const told = watched.values.slice(before).map(({ approvalRequests }) => `${approvalRequests.id} ${approvalRequests.status}`);
  expect(told).toHaveLength(many + 1);
  expect(new Set(told).size).toBe(many + 1);
  watched.stop();
  await dropPolicy(app.client, policy.id);
});
