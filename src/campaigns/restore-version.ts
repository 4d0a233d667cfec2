import { requirePermission } from "../access/index.ts";
import { checkRevision, invalid } from "../base/index.ts";
import { fragmentNamesOf } from "../content/index.ts";
import { type Context, changesBetween, inTransaction, recordEvent } from "../storage/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import { copyOfSettings, editableDraft } from "./draft.ts";
import { getVersionByNumber } from "./list-versions.ts";
import { getVersion, latestVersionId, lockCampaign, requireAction } from "./load-campaign.ts";
import { recordedFields } from "./recorded-fields.ts";

export type RestoreInput = {
  readonly campaignId: string;
  readonly number: number;
  readonly expectedRevision: number;
};

/**
 * Content and settings of an earlier version, as the draft: a new one, or in place of what the present draft says.
 * Nothing goes live by it, and the fragments are the latest ones.
 */
export async function restoreVersion(ctx: Context, input: RestoreInput): Promise<Campaign> {
  requirePermission(ctx, "campaigns:write");
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, input.campaignId);
    requireAction(campaign, "RESTORE_VERSION");
    checkRevision("campaign", campaign, input.expectedRevision);
    const version = await getVersionByNumber(tx, campaign, input.number);
    const before = recordedFields(campaign, await getVersion(tx, latestVersionId(campaign)));
    const draft = await editableDraft(tx, campaign);
    if (draft.id === version.id)
      throw invalid("INPUT_INVALID", `Version ${input.number} is the draft itself: name an earlier one.`, { field: "number" });
    const settings = copyOfSettings(version);
    Object.assign(draft, settings, { fragmentNames: fragmentNamesOf(campaign.channel, settings.content) });
    campaign.revision += 1;
    campaign.updatedAt = tx.clock.now();
    await tx.em.flush();
    const data = { versionId: version.id, number: version.number, draftVersionId: draft.id, draftNumber: draft.number };
    const changes = changesBetween(before, recordedFields(campaign, draft));
    await recordEvent(tx, { type: "campaign.version-restored", campaignId: campaign.id, data, changes });
    return campaign;
  });
}
