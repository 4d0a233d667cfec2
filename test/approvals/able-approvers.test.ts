import { afterAll, beforeAll, expect, test } from "vitest";
import { aKey, aPolicy, dropPolicy, savePolicy, update } from "../support/approvals.ts";
import { aCampaign } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const activate = "mutation ($id: ID!) { activateApprovalPolicy(id: $id) { activatedAt } }";
const revoke = "mutation ($id: ID!) { revokeApiKey(id: $id) { id } }";

test("a policy of which nobody could approve anything does not come into force", async () => {
  const author = await aKey(app, "AUTHOR");
  const approver = await aKey(app, "APPROVER");
  const named: Record<string, object> = {
    "a role that cannot publish": { approverRoles: ["TRIGGER", "AUTHOR"] },
    "a key that cannot publish": { approverIds: [author.id] },
    "a key that is revoked since": { approverIds: [approver.id] },
  };
  const saved = new Map<string, string>();
  for (const [name, approvers] of Object.entries(named))
    saved.set(name, (await savePolicy(app.client, { name, tags: ["none"], ...approvers })).id);
  await app.client.expectData(revoke, { id: approver.id });
  for (const [name, id] of saved) {
    const error = await app.client.expectCode("ACTION_NOT_ALLOWED", activate, { id });
    expect(error.message, name).toContain("campaigns:publish");
    const { duplicateApprovalPolicy } = await app.client.expectData(
      "mutation ($id: ID!) { duplicateApprovalPolicy(id: $id) { id } }",
      { id },
    );
    await app.client.expectCode("ACTION_NOT_ALLOWED", activate, { id: duplicateApprovalPolicy.id });
  }
  const { approvalPolicies } = await app.client.expectData("{ approvalPolicies(active: true) { totalCount } }");
  expect(approvalPolicies.totalCount).toBe(0);
});

test("one approver who can is enough", async () => {
  const [author, approver] = [await aKey(app, "AUTHOR"), await aKey(app, "APPROVER")];
  const both = await aPolicy(app.client, { approverIds: [author.id, approver.id], tags: ["none"] });
  const roles = await aPolicy(app.client, { approverRoles: ["VIEWER", "OPERATOR"], tags: ["none"] });
  for (const { id } of [both, roles]) await dropPolicy(app.client, id);
});

test.each(["activateCampaign", "requestApproval"])(
  "%s publishes what was read, and not what somebody saved since",
  async (step) => {
    const query = `mutation ($id: ID!, $revision: Int) { ${step}(id: $id, expectedRevision: $revision) { status } }`;
    const { id, revision } = await aCampaign(app.client);
    await update(app.client, id, { title: "Saved by another" });
    const error = await app.client.expectCode("VERSION_CONFLICT", query, { id, revision });
    expect(error.extensions.details).toEqual({ revision: revision + 1, expectedRevision: revision });
    const { campaign } = await app.client.expectData("query ($id: ID!) { campaign(id: $id) { status } }", { id });
    expect(campaign.status).toBe("DRAFT");
    expect(await app.client.expectData(query, { id, revision: revision + 1 })).toEqual({ [step]: { status: "LIVE" } });
  },
);
