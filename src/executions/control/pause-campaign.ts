import { requirePermission } from "../../access/index.ts";
import { type Campaign, changeStatus, lockCampaign, requireAction } from "../../campaigns/index.ts";
import { announce, type Context, databaseNow, inTransaction, run } from "../../storage/index.ts";
import { extendWindows } from "../sql/control-messages.ts";
import { takeBackClaimed } from "./take-back.ts";

/** Nothing more is handed over once this returns; what the provider already has ends normally. Triggers are still taken and queue up. */
export async function pauseCampaign(ctx: Context, id: string): Promise<Campaign> {
  requirePermission(ctx, "campaigns:publish");
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, id);
    requireAction(campaign, "PAUSE");
    campaign.pausedAt = await databaseNow(tx);
    await changeStatus(tx, campaign, { action: "PAUSE", to: "PAUSED" });
    await takeBackClaimed(tx, id);
    return campaign;
  });
}

/** Goes on where it stopped. The time it was paused does not count against the 12 hours of an execution. */
export async function resumeCampaign(ctx: Context, id: string): Promise<Campaign> {
  requirePermission(ctx, "campaigns:publish");
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, id);
    requireAction(campaign, "RESUME");
    if (campaign.pausedAt) await run(tx, extendWindows(id, campaign.pausedAt));
    campaign.pausedAt = null;
    await changeStatus(tx, campaign, { action: "RESUME", to: "LIVE" });
    await announce(tx, { topic: "queued", campaignIds: [id] });
    return campaign;
  });
}
