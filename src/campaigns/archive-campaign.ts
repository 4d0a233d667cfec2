import { requirePermission } from "../access/index.ts";
import { type Context, inTransaction } from "../storage/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import { changeStatus } from "./change-status.ts";
import { lockCampaign, requireAction } from "./load-campaign.ts";

/** Marks an ended campaign as ARCHIVED: lists find it by that status. Its statistics stay. */
export async function archiveCampaign(ctx: Context, id: string): Promise<Campaign> {
  requirePermission(ctx, "campaigns:write");
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, id);
    requireAction(campaign, "ARCHIVE");
    campaign.archivedFrom = campaign.status;
    await changeStatus(tx, campaign, { action: "ARCHIVE", to: "ARCHIVED" });
    return campaign;
  });
}
