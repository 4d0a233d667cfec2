import { requirePermission } from "../access/index.ts";
import { checkRevision, createId } from "../base/index.ts";
import {
  activateDraft,
  beginReview,
  type Campaign,
  getVersion,
  latestVersionId,
  lockCampaign,
  requireAction,
} from "../campaigns/index.ts";
import { type Context, databaseNow, inTransaction } from "../storage/index.ts";
import type { ActivateInput } from "./activate-campaign.ts";
import type { ApprovalPolicy } from "./approval-policy.entity.ts";
import { type ApprovalRequest, ApprovalRequestSchema } from "./approval-request.entity.ts";
import { requirePart } from "./approver.ts";
import { findPoliciesFor } from "./list-policies.ts";
import { parseMessage } from "./message.ts";
import { recordStep } from "./record-step.ts";

export type MessageInput = ActivateInput & { readonly message?: string | null };

/**
 * Asks those whom the policy names to let the draft go live, and locks it until they answer. Where no policy wants
 * that, it is approved and goes live at once, which takes the permission to publish.
 */
export async function requestApproval(ctx: Context, input: MessageInput): Promise<Campaign> {
  requirePart(ctx);
  const message = parseMessage(input.message);
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, input.id);
    requireAction(campaign, "REQUEST_APPROVAL");
    checkRevision("campaign", campaign, input.expectedRevision);
    const [policy = null] = await findPoliciesFor(tx, [campaign]);
    const request = await insertRequest(tx, { campaign, policy, message });
    if (policy) {
      await recordStep(tx, request, "approval.requested");
      await beginReview(tx, campaign, request.id);
    } else {
      requirePermission(tx, "campaigns:publish");
      await recordStep(tx, request, "approval.not-needed");
      await activateDraft(tx, campaign, "ACTIVATE");
    }
    return campaign;
  });
}

type NewRequest = { readonly campaign: Campaign; readonly policy: ApprovalPolicy | null; readonly message: string | null };

async function insertRequest(ctx: Context, { campaign, policy, message }: NewRequest): Promise<ApprovalRequest> {
  const version = await getVersion(ctx, latestVersionId(campaign));
  const now = await databaseNow(ctx);
  const decision = policy ? { decidedAt: null } : { deciderId: "system", deciderName: "Envoi", decidedAt: now };
  const request = ctx.em.create(ApprovalRequestSchema, {
    ...{ id: createId(), campaignId: campaign.id, versionId: version.id, versionNumber: version.number },
    ...{ status: policy ? "OPEN" : "APPROVED", policyId: policy?.id ?? null, policyName: policy?.name ?? null },
    ...{ approverIds: policy?.approverIds ?? [], approverRoles: policy?.approverRoles ?? [] },
    ...{ blockSelfApproval: policy?.blockSelfApproval ?? false, message },
    ...{ requesterId: ctx.actor.id, requesterName: ctx.actor.name, requestedAt: now, updatedAt: now },
    ...decision,
  });
  await ctx.em.persist(request).flush();
  return request;
}
