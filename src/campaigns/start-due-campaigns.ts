import { findChannelConfigurations } from "../channels/index.ts";
import { type Context, inTransaction, run } from "../storage/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import { changeStatus } from "./change-status.ts";
import { reopenDraft } from "./draft.ts";
import { getVersion, lockCampaign, presentVersionId } from "./load-campaign.ts";
import { selectCampaignsToStart } from "./sql/select-due-campaigns.ts";

/** SCHEDULED campaigns whose start has come go LIVE, or FAILED with the reason. One transaction each: a faulty one holds nobody up. */
export async function startDueCampaigns(ctx: Context): Promise<void> {
  for (const { id } of await run(ctx, selectCampaignsToStart())) {
    await inTransaction(ctx, async (tx) => startIfDue(tx, await lockCampaign(tx, id)));
  }
}

/** For a campaign that the caller has locked: also used by a trigger that comes in the second before the clock does. */
export async function startIfDue(ctx: Context, campaign: Campaign): Promise<void> {
  if (campaign.status !== "SCHEDULED" || !campaign.opensAt || campaign.opensAt > ctx.clock.now()) return;
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
