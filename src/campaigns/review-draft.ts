import type { Context } from "../storage/index.ts";
import { fixReviewed, getDraft } from "./activate-draft.ts";
import type { Campaign } from "./campaign.entity.ts";
import type { CampaignVersion } from "./campaign-version.entity.ts";
import { changeStatus, type StatusChange } from "./change-status.ts";
import { reopenDraft } from "./draft.ts";

/**
 * Locks the draft of a locked campaign for whoever reviews it, with the fragments that it has now. A campaign that
 * never ran is IN_REVIEW itself; any other goes on, and only its draft is.
 */
export async function beginReview(ctx: Context, campaign: Campaign, approvalRequestId: string): Promise<CampaignVersion> {
  const draft = await getDraft(ctx, campaign);
  await fixReviewed(ctx, campaign, draft);
  draft.status = "IN_REVIEW";
  campaign.approvalRequestId = approvalRequestId;
  await ctx.em.flush();
  if (!campaign.liveVersionId) await changeStatus(ctx, campaign, { action: "REQUEST_APPROVAL", to: "IN_REVIEW" });
  return draft;
}

export type ReviewEnd = Pick<StatusChange, "reason" | "said"> & {
  readonly action: "REQUEST_CHANGES" | "CANCEL_APPROVAL_REQUEST";
};

/** The draft can be edited again. */
export async function endReview(ctx: Context, campaign: Campaign, end: ReviewEnd): Promise<void> {
  reopenDraft(campaign, await getDraft(ctx, campaign));
  campaign.approvalRequestId = null;
  await ctx.em.flush();
  if (campaign.status === "IN_REVIEW") await changeStatus(ctx, campaign, { ...end, to: "DRAFT" });
}
