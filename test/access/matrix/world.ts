import { savePolicy } from "../../support/approvals.ts";
import { aCampaign, act, aLiveCampaign, execute, mailbox, recipients, sandboxOf } from "../../support/campaigns.ts";
import { expires } from "../../support/dates.ts";
import { saveFragment } from "../../support/fragments.ts";
import type { Data } from "../../support/graphql-client.ts";
import type { TestApp } from "../../support/test-app.ts";
import { until } from "../../support/until.ts";

/** What the rows of the table ask about. Everything of `campaignId` is over, so that asking again and again changes nothing. */
export type World = {
  /** ARCHIVED, with the label `asked`: every step is refused for its status once its caller is let in. */
  readonly campaignId: string;
  /** A DRAFT with the same label. */
  readonly draftCampaignId: string;
  readonly executionId: string;
  readonly messageId: string;
  /** Of that campaign: no policy asked for it, so it was approved at once. */
  readonly approvalRequestId: string;
  /** Not in force. */
  readonly policyId: string;
  /** LIVE, with the label `other`: what the limited keys are limited to. */
  readonly otherCampaignId: string;
  /** Used by a draft, so it is never deleted. */
  readonly fragmentId: string;
  readonly configurationId: string;
  /** Of a key that is revoked. */
  readonly revokedKeyId: string;
};

const createKey = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { key { id } secret } }";
const revokeKey = "mutation ($id: ID!) { revokeApiKey(id: $id) { id } }";

export async function buildWorld(app: TestApp): Promise<World> {
  const { client } = app;
  const { id: campaignId } = await aCampaign(client, { labels: ["asked"] });
  const { id: draftCampaignId } = await aCampaign(client, { labels: ["asked"] });
  await act(client, "requestApproval", campaignId);
  const { approvalRequests } = await client.expectData("{ approvalRequests { edges { node { id } } } }");
  const policy = await savePolicy(client, { name: "asked", approverRoles: ["APPROVER"] });
  const { execution } = await execute(client, { campaignId, requestId: "first", recipients: recipients(1) });
  await until("the message in the mailbox", async () => (await mailbox(client, campaignId)).length === 1);
  const [message] = await mailbox(client, campaignId);
  for (const step of ["stopCampaign", "archiveCampaign"]) await act(client, step, campaignId);
  const { id: otherCampaignId } = await aLiveCampaign(client, { labels: ["other"] });
  const fragment = await saveFragment(client, { name: "asked", content: "Hello" });
  await aCampaign(client, { content: { email: { subject: "S", html: "<p>{{> asked}}</p>", text: "T" } } });
  const { createApiKey } = await client.expectData(createKey, { input: { name: "revoked", role: "VIEWER" } });
  await client.expectData(revokeKey, { id: createApiKey.key.id });
  return {
    campaignId,
    draftCampaignId,
    executionId: execution.id,
    messageId: message.id,
    approvalRequestId: approvalRequests.edges[0].node.id,
    policyId: policy.id,
    otherCampaignId,
    fragmentId: fragment.id,
    configurationId: await sandboxOf(client, "EMAIL"),
    revokedKeyId: createApiKey.key.id,
  };
}

export type Keys = Readonly<Record<string, string>>;

export async function makeKey(app: TestApp, input: object): Promise<{ id: string; secret: string }> {
  const { createApiKey }: Data = await app.client.expectData(createKey, { input });
  return { id: createApiKey.key.id, secret: createApiKey.secret };
}

/** Everything except making keys: what a key may have that is limited to campaigns. */
const allButKeys = [
  ...[
    "campaigns:read",
    "campaigns:write",
    "campaigns:publish",
    "campaigns:execute",
    "proofs:send",
    "messages:read",
    "messages:resolve",
  ],
  ...["profiles:read", "profiles:write", "configurations:read", "configurations:write"],
  ...["audit:read", "approvals:write"],
];

/** A key of each role, and those that are not let in or not to this campaign. */
export async function makeKeys(app: TestApp, world: World): Promise<Keys> {
  const keys: Record<string, string> = {};
  for (const role of ["VIEWER", "AUTHOR", "APPROVER", "OPERATOR", "TRIGGER", "ADMIN"])
    keys[role] = (await makeKey(app, { name: role, role })).secret;
  const limited = { role: "ADMIN", scopes: allButKeys };
  keys.limitedById = (await makeKey(app, { ...limited, name: "by id", campaignIds: [world.otherCampaignId] })).secret;
  keys.limitedByLabel = (await makeKey(app, { ...limited, name: "by label", labels: ["other"] })).secret;
  const revoked = await makeKey(app, { name: "revoked", role: "ADMIN" });
  await app.client.expectData(revokeKey, { id: revoked.id });
  keys.revoked = revoked.secret;
  const expired = await makeKey(app, { name: "expired", role: "ADMIN" });
  await expires(app, expired.id);
  keys.expired = expired.secret;
  return keys;
}
