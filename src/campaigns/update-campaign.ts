import { requireMayLabel, requirePermission } from "../access/index.ts";
import { checkRevision, invalid } from "../base/index.ts";
import { getChannelConfiguration } from "../channels/index.ts";
import { fragmentNamesOf } from "../content/index.ts";
import { type Context, changesBetween, inTransaction, recordEvent } from "../storage/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import {
  checkDeliveryRate,
  checkTogether,
  parseChange,
  splitChange,
  type UpdateCampaignInput,
  withCompiledSources,
} from "./campaign-input.ts";
import { editableDraft } from "./draft.ts";
import { getVersion, latestVersionId, lockCampaign, requireAction } from "./load-campaign.ts";
import { hasLocalTimes, instantsOf } from "./local-time.ts";
import { pastLabelsAfter } from "./past-labels.ts";
import { recordedFields } from "./recorded-fields.ts";

type Labels = ReturnType<typeof splitChange>["labels"];
export type LabelChange = { readonly before: Pick<Campaign, "title" | "tags">; readonly campaign: Campaign };
/** Throws when these labels need somebody's approval: whoever keeps the policies knows that, not this room. */
export type LabelGuard = (ctx: Context, change: LabelChange) => Promise<void>;

/**
 * Changes what was sent and leaves the rest. Content and settings of a running campaign go into a draft version
 * beside the live one. A stale `expectedRevision` fails with VERSION_CONFLICT: nothing is overwritten silently.
 */
export async function updateCampaign(
  ctx: Context,
  input: UpdateCampaignInput & { readonly id: string },
  guard: LabelGuard,
): Promise<Campaign> {
  requirePermission(ctx, "campaigns:write");
  checkDeliveryRate(input.deliveryRate);
  const { id, ...fields } = input;
  const { labels, settings } = splitChange(await withCompiledSources(ctx, parseChange(fields)));
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, id);
    requireAction(campaign, "UPDATE");
    checkRevision("campaign", campaign, input.expectedRevision);
    const before = recordedFields(campaign, await getVersion(tx, latestVersionId(campaign)));
    if (input.deliveryRate !== undefined) setDraftRate(campaign, input.deliveryRate);
    await relabel(tx, campaign, labels, guard);
    if (Object.keys(settings).length > 0 || hasLocalTimes(input)) {
      const draft = await editableDraft(tx, campaign);
      Object.assign(settings, instantsOf(input, settings.timeZone ?? draft.timeZone));
      if (settings.channelConfigurationId) await getChannelConfiguration(tx, settings.channelConfigurationId);
      Object.assign(draft, settings);
      if (settings.content !== undefined) draft.fragmentNames = fragmentNamesOf(campaign.channel, settings.content);
      checkTogether(draft, campaign.category);
    }
    campaign.revision += 1;
    campaign.updatedAt = tx.clock.now();
    await tx.em.flush();
    const version = await getVersion(tx, latestVersionId(campaign));
    await recordEvent(tx, {
      type: "campaign.updated",
      campaignId: id,
      data: { versionId: version.id, number: version.number, revision: campaign.revision },
      changes: changesBetween(before, recordedFields(campaign, version)),
    });
    return campaign;
  });
}

async function relabel(ctx: Context, campaign: Campaign, labels: Labels, guard: LabelGuard): Promise<void> {
  if (labels.labels) requireMayLabel(ctx, { before: campaign.labels, after: labels.labels });
  const { title, tags } = campaign;
  Object.assign(campaign, labels);
  Object.assign(campaign, pastLabelsAfter(campaign, { title, tags }, campaign));
  if (labels.title !== undefined || labels.tags !== undefined) await guard(ctx, { before: { title, tags }, campaign });
}

function setDraftRate(campaign: Campaign, perSecond: number | null): void {
  if (campaign.liveVersionId && perSecond !== campaign.deliveryRate)
    throw invalid("INPUT_INVALID", "The delivery rate of a campaign that was activated is changed by setDeliveryRate.", {
      field: "deliveryRate",
    });
  campaign.deliveryRate = perSecond;
}
