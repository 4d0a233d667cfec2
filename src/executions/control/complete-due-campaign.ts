import { type DueCampaign, lockCampaignWithin } from "../../campaigns/index.ts";
import { type Context, databaseNow, inTransaction } from "../../storage/index.ts";
import { endCampaign } from "./stop-campaign.ts";

/**
 * A running campaign whose end has come is COMPLETED; who still waits is excluded with CAMPAIGN_ENDED. Throws what
 * `isHeldByAnother` knows when somebody keeps it locked.
 */
export async function completeDueCampaign(ctx: Context, { id, waitMilliseconds }: DueCampaign): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaignWithin(tx, id, waitMilliseconds);
    const isDue = campaign.closesAt !== null && campaign.closesAt <= (await databaseNow(tx));
    if (!isDue || !["LIVE", "PAUSED"].includes(campaign.status)) return;
    const detail = "The campaign's end came before this message was sent.";
    await endCampaign(tx, campaign, { action: "COMPLETE", to: "COMPLETED", exclusion: "CAMPAIGN_ENDED", detail });
  });
}
