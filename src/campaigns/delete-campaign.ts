import { requirePermission } from "../access/index.ts";
import { type Context, inTransaction, recordEvent } from "../storage/index.ts";
import { lockCampaign, requireAction } from "./load-campaign.ts";

/** Removes a DRAFT for good. Anything that ever ran is archived instead. */
export async function deleteCampaign(ctx: Context, id: string): Promise<string> {
  requirePermission(ctx, "campaigns:write");
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, id);
    requireAction(campaign, "DELETE");
    await recordEvent(tx, { type: "campaign.deleted", campaignId: campaign.id, data: { name: campaign.title } });
    await tx.em.remove(campaign).flush();
    return campaign.id;
  });
}
