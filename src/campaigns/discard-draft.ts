import { requirePermission } from "../access/index.ts";
import { checkRevision } from "../base/index.ts";
import { type Context, inTransaction, recordEvent } from "../storage/index.ts";
import { getDraft } from "./activate-draft.ts";
import type { Campaign } from "./campaign.entity.ts";
import { lockCampaign, requireAction } from "./load-campaign.ts";

export type DiscardInput = { readonly id: string; readonly expectedRevision?: number | null };

/** Gives up the draft beside a live version. It stays in the history, where it can be restored from. */
export async function discardDraft(ctx: Context, input: DiscardInput): Promise<Campaign> {
  requirePermission(ctx, "campaigns:write");
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, input.id);
    requireAction(campaign, "DISCARD_DRAFT");
    checkRevision("campaign", campaign, input.expectedRevision);
    const draft = await getDraft(tx, campaign);
    draft.status = "RETIRED";
    campaign.draftVersionId = null;
    campaign.revision += 1;
    campaign.updatedAt = tx.clock.now();
    await tx.em.flush();
    const { id: versionId, number } = draft;
    await recordEvent(tx, { type: "campaign.draft-discarded", campaignId: campaign.id, data: { versionId, number } });
    return campaign;
  });
}
