import { conflict, invariant } from "../base/index.ts";
import { type Context, databaseNow, recordEvent } from "../storage/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import type { CampaignVersion } from "./campaign-version.entity.ts";
import { changeStatus } from "./change-status.ts";
import { fixContent } from "./draft.ts";
import { getVersion } from "./load-campaign.ts";
import { noPastLabels } from "./past-labels.ts";
import { reviewVersion } from "./review-campaign.ts";
import { runningWindow } from "./running-window.ts";

/**
 * Makes the draft of a locked campaign the live version: SCHEDULED if its start lies ahead, else LIVE; a running
 * campaign keeps its status. Fails with CAMPAIGN_HAS_ERRORS and all of them when the review finds errors.
 */
export async function activateDraft(ctx: Context, campaign: Campaign, action: "ACTIVATE" | "APPROVE"): Promise<void> {
  const draft = await getDraft(ctx, campaign);
  await fixReviewed(ctx, campaign, draft);
  const now = await databaseNow(ctx);
  if (campaign.liveVersionId) (await getVersion(ctx, campaign.liveVersionId)).status = "RETIRED";
  draft.status = "LIVE";
  draft.activatedAt = now;
  // Whoever runs already goes on from its first day; whoever failed to start begins anew.
  campaign.activatedAt = isRunning(campaign) ? (campaign.activatedAt ?? now) : now;
  campaign.liveVersionId = draft.id;
  campaign.draftVersionId = null;
  campaign.approvalRequestId = null;
  Object.assign(campaign, noPastLabels);
  Object.assign(campaign, runningWindow(draft, campaign.activatedAt));
  campaign.revision += 1;
  await ctx.em.flush();
  await recordEvent(ctx, {
    type: "campaign.version-activated",
    campaignId: campaign.id,
    data: { versionId: draft.id, number: draft.number },
  });
  if (isRunning(campaign)) return;
  const to = draft.startAt && draft.startAt > now ? "SCHEDULED" : "LIVE";
  if (to !== campaign.status) await changeStatus(ctx, campaign, { action, to });
}

function isRunning({ status }: Campaign): boolean {
  return status === "LIVE" || status === "PAUSED";
}

export async function getDraft(ctx: Context, campaign: Campaign): Promise<CampaignVersion> {
  invariant(campaign.draftVersionId, `campaign ${campaign.id} has no draft`);
  return getVersion(ctx, campaign.draftVersionId);
}

/** What is live, or in review, never changes: neither do the fragments that were reviewed with it. */
export async function fixReviewed(ctx: Context, campaign: Campaign, version: CampaignVersion): Promise<void> {
  const { review, content } = await reviewVersion(ctx, campaign, version);
  if (review.canActivate) return fixContent(version, content);
  const errors = review.issues.filter((issue) => issue.severity === "ERROR");
  throw conflict(
    "CAMPAIGN_HAS_ERRORS",
    `The campaign has ${errors.length} error${errors.length === 1 ? "" : "s"} to mend: ${errors.map((issue) => issue.message).join(" ")}`,
    { issues: errors },
  );
}
