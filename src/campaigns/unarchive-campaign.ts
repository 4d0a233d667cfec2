import { requirePermission } from "../access/index.ts";
import { invariant } from "../base/index.ts";
import { type Context, inTransaction } from "../storage/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import { changeStatus } from "./change-status.ts";
import { lockCampaign, requireAction } from "./load-campaign.ts";

/** Back to what it was when it was archived. */
export async function unarchiveCampaign(ctx: Context, id: string): Promise<Campaign> {
  requirePermission(ctx, "campaigns:write");
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, id);
    requireAction(campaign, "UNARCHIVE");
    const to = campaign.archivedFrom;
    invariant(to, `campaign ${id} is archived and nothing says what it was`);
    campaign.archivedFrom = null;
    await changeStatus(tx, campaign, { action: "UNARCHIVE", to });
    return campaign;
  });
}
