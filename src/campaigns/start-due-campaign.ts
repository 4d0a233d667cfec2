import { findChannelConfigurations } from "../channels/index.ts";
import { type Context, databaseNow, inTransaction } from "../storage/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import { changeStatus } from "./change-status.ts";
import { reopenDraft } from "./draft.ts";
import { getVersion, lockCampaignWithin, presentVersionId } from "./load-campaign.ts";

export type DueCampaign = { readonly id: string; readonly waitMilliseconds: number };

/**
 * A SCHEDULED campaign whose start has come goes LIVE, or FAILED with the reason. For the clock, and for a trigger that comes
 * before the clock does. False when it is SCHEDULED still; throws what `isHeldByAnother` knows when somebody keeps it locked.
 */
export async function startDueCampaign(ctx: Context, { id, waitMilliseconds }: DueCampaign): Promise<boolean> {
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaignWithin(tx, id, waitMilliseconds);
    const isDue = campaign.opensAt !== null && campaign.opensAt <= (await databaseNow(tx));
    if (campaign.status === "SCHEDULED" && isDue) await start(tx, campaign);
    return campaign.status !== "SCHEDULED";
  });
}

async function start(ctx: Context, campaign: Campaign): Promise<void> {
  const version = await getVersion(ctx, presentVersionId(campaign));
  const [configuration] = await findChannelConfigurations(ctx, [version.channelConfigurationId]);
  if (configuration?.active) return changeStatus(ctx, campaign, { action: "START", to: "LIVE" });
  // A draft beside it is the newer one.
  if (campaign.draftVersionId) version.status = "RETIRED";
  else reopenDraft(campaign, version);
  campaign.draftVersionId ??= version.id;
  campaign.liveVersionId = null;
  return changeStatus(ctx, campaign, {
    action: "FAIL",
    to: "FAILED",
    reason:
      "Its channel configuration was not active at the start. Activate the configuration, or choose another, and activate the campaign again.",
  });
}
