import { requirePermission } from "../../access/index.ts";
import { withdrawRequest } from "../../approvals/index.ts";
import { type Campaign, changeStatus, lockCampaign, requireAction } from "../../campaigns/index.ts";
import { announce, type Context, inTransaction } from "../../storage/index.ts";
import type { ExclusionReason } from "../exclusion.ts";
import { withdrawWaiting } from "./take-back.ts";

/** Final: whoever still waits is excluded with CAMPAIGN_STOPPED; messages already with the provider end normally. */
export async function stopCampaign(ctx: Context, id: string): Promise<Campaign> {
  requirePermission(ctx, "campaigns:publish");
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, id);
    requireAction(campaign, "STOP");
    return endCampaign(tx, campaign, {
      action: "STOP",
      to: "STOPPED",
      exclusion: "CAMPAIGN_STOPPED",
      detail: "The campaign was stopped before this message was sent.",
    });
  });
}

export type CampaignEnd = {
  readonly action: "STOP" | "COMPLETE";
  readonly to: "STOPPED" | "COMPLETED";
  readonly exclusion: ExclusionReason;
  readonly detail: string;
};

export async function endCampaign(ctx: Context, campaign: Campaign, end: CampaignEnd): Promise<Campaign> {
  campaign.pausedAt = null;
  await withdrawRequest(ctx, campaign, `The campaign is ${end.to}.`);
  await changeStatus(ctx, campaign, { action: end.action, to: end.to });
  await withdrawWaiting(ctx, { campaignId: campaign.id, executionId: null, exclusion: end.exclusion, detail: end.detail });
  await announce(ctx, { topic: "messages", campaignIds: [campaign.id] });
  return campaign;
}
