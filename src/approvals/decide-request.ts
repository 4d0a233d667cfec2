import { requirePermission } from "../access/index.ts";
import { checkRevision, forbidden, invariant } from "../base/index.ts";
import { activateDraft, type Campaign, endReview, lockCampaign, requireAction } from "../campaigns/index.ts";
import { type Context, databaseNow, inTransaction } from "../storage/index.ts";
import { type ApprovalRequest, ApprovalRequestSchema, type ApprovalStatus } from "./approval-request.entity.ts";
import { isApprover, requireApprover, requireOther, requirePart } from "./approver.ts";
import { parseMessage, parseNeededMessage } from "./message.ts";
import { recordStep } from "./record-step.ts";
import type { MessageInput } from "./request-approval.ts";

/** Lets the draft go live, as activateCampaign would: it is reviewed once more, and its errors refuse it. */
export async function approveCampaign(ctx: Context, input: MessageInput): Promise<Campaign> {
  requirePermission(ctx, "campaigns:publish");
  const message = parseMessage(input.message);
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, input.id);
    requireAction(campaign, "APPROVE");
    checkRevision("campaign", campaign, input.expectedRevision);
    const request = await getOpenRequest(tx, campaign);
    requireApprover(tx, request);
    requireOther(tx, request);
    await close(tx, request, { status: "APPROVED", message });
    await recordStep(tx, request, "approval.granted");
    await activateDraft(tx, campaign, "APPROVE");
    return campaign;
  });
}

/** Gives the draft back to be edited, and says what for. */
export async function requestChanges(ctx: Context, input: { readonly id: string; readonly message: string }): Promise<Campaign> {
  requirePermission(ctx, "campaigns:publish");
  const message = parseNeededMessage(input.message);
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, input.id);
    requireAction(campaign, "REQUEST_CHANGES");
    const request = await getOpenRequest(tx, campaign);
    requireApprover(tx, request);
    await close(tx, request, { status: "CHANGES_REQUESTED", message });
    await recordStep(tx, request, "approval.changes-requested");
    await endReview(tx, campaign, { action: "REQUEST_CHANGES", reason: "Changes were requested", said: message });
    return campaign;
  });
}

/** Takes the request back: whoever made it, an approver, or who keeps the policies when both are gone. */
export async function cancelApprovalRequest(ctx: Context, id: string): Promise<Campaign> {
  requirePart(ctx);
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, id);
    requireAction(campaign, "CANCEL_APPROVAL_REQUEST");
    const request = await getOpenRequest(tx, campaign);
    const { actor } = tx;
    if (request.requesterId !== actor.id && !isApprover(request, actor) && !actor.permissions.has("approvals:write"))
      throw forbidden("NOT_AN_APPROVER", "Only whoever requested the approval, or an approver, can take the request back.");
    await cancel(tx, campaign, { request, message: null });
    return campaign;
  });
}

/** For a campaign that ends: there is nothing to approve any more. */
export async function withdrawRequest(ctx: Context, campaign: Campaign, message: string): Promise<void> {
  if (campaign.approvalRequestId) await cancel(ctx, campaign, { request: await getOpenRequest(ctx, campaign), message });
}

type Cancelling = { readonly request: ApprovalRequest; readonly message: string | null };

async function cancel(ctx: Context, campaign: Campaign, { request, message }: Cancelling): Promise<void> {
  await close(ctx, request, { status: "CANCELLED", message });
  await recordStep(ctx, request, "approval.cancelled");
  await endReview(ctx, campaign, { action: "CANCEL_APPROVAL_REQUEST" });
}

async function getOpenRequest(ctx: Context, campaign: Campaign): Promise<ApprovalRequest> {
  const id = campaign.approvalRequestId ?? "";
  const request = await ctx.em.findOne(ApprovalRequestSchema, { id });
  invariant(request?.status === "OPEN", `campaign ${campaign.id} has no open approval request`);
  return request;
}

type Decision = { readonly status: ApprovalStatus; readonly message: string | null };

async function close(ctx: Context, request: ApprovalRequest, { status, message }: Decision): Promise<void> {
  const now = await databaseNow(ctx);
  const { id: deciderId, name: deciderName } = ctx.actor;
  Object.assign(request, { status, decisionMessage: message, deciderId, deciderName, decidedAt: now, updatedAt: now });
  await ctx.em.flush();
}
