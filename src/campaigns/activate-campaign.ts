import { requirePermission } from "../access/index.ts";
import { type AppError, conflict } from "../base/index.ts";
import { type Context, inTransaction, recordEvent } from "../storage/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import type { CampaignVersion } from "./campaign-version.entity.ts";
import { changeStatus } from "./change-status.ts";
import { actionsOf, getVersion, lockCampaign, requireAction } from "./load-campaign.ts";
import { reviewVersion } from "./review-campaign.ts";
import { runningWindow } from "./running-window.ts";

/**
 * Makes the draft version the live one: SCHEDULED if its start lies ahead, else LIVE; a running campaign keeps its
 * status. Fails with CAMPAIGN_HAS_ERRORS and all of them when the review finds errors.
 */
export async function activateCampaign(ctx: Context, id: string): Promise<Campaign> {
  requirePermission(ctx, "campaigns:publish");
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, id);
    requireAction(campaign, "ACTIVATE");
    if (!campaign.draftVersionId) throw nothingToActivate(campaign);
    const draft = await getVersion(tx, campaign.draftVersionId);
    // With the versions of its fragments that were reviewed: what is live never changes.
    draft.content = await reviewedContent(tx, campaign, draft);
    if (draft.content?.fragments) draft.fragmentNames = draft.content.fragments.map(({ name }) => name);
    await makeLive(tx, campaign, draft);
    return campaign;
  });
}

function nothingToActivate(campaign: Campaign): AppError {
  const { status } = campaign;
  const available = actionsOf(campaign);
  return conflict(
    "ACTION_NOT_ALLOWED",
    `ACTIVATE is not possible while the campaign is ${status} and has no draft version: change content or settings first. Possible now: ${available.join(", ")}.`,
    { action: "ACTIVATE", status, availableActions: available },
  );
}

async function reviewedContent(ctx: Context, campaign: Campaign, version: CampaignVersion): Promise<CampaignVersion["content"]> {
  const { review, content } = await reviewVersion(ctx, campaign, version);
  if (review.canActivate) return content;
  const errors = review.issues.filter((issue) => issue.severity === "ERROR");
  throw conflict(
    "CAMPAIGN_HAS_ERRORS",
    `The campaign has ${errors.length} error${errors.length === 1 ? "" : "s"} to mend: ${errors.map((issue) => issue.message).join(" ")}`,
    {
      issues: errors,
    },
  );
}

async function makeLive(ctx: Context, campaign: Campaign, draft: CampaignVersion): Promise<void> {
  const now = ctx.clock.now();
  if (campaign.liveVersionId) (await getVersion(ctx, campaign.liveVersionId)).status = "RETIRED";
  draft.status = "LIVE";
  draft.activatedAt = now;
  campaign.activatedAt ??= now;
  campaign.liveVersionId = draft.id;
  campaign.draftVersionId = null;
  Object.assign(campaign, runningWindow(draft, campaign.activatedAt));
  campaign.revision += 1;
  await ctx.em.flush();
  await recordEvent(ctx, {
    type: "campaign.version-activated",
    campaignId: campaign.id,
    data: { versionId: draft.id, number: draft.number },
  });
  if (campaign.status === "LIVE" || campaign.status === "PAUSED") return;
  const to = draft.startAt && draft.startAt > now ? "SCHEDULED" : "LIVE";
  if (to !== campaign.status) await changeStatus(ctx, campaign, { action: "ACTIVATE", to });
}
