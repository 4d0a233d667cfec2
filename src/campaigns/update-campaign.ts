import { requireMayLabel, requirePermission } from "../access/index.ts";
import { conflict, createId, invalid } from "../base/index.ts";
import { getChannelConfiguration } from "../channels/index.ts";
import { fragmentNamesOf } from "../content/index.ts";
import { withoutFragments } from "../fragments/index.ts";
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
import { type CampaignVersion, CampaignVersionSchema } from "./campaign-version.entity.ts";
import { getVersion, latestVersionId, lockCampaign, requireAction } from "./load-campaign.ts";
import { recordedFields } from "./recorded-fields.ts";
import { isEnded } from "./status.ts";

/**
 * Changes what was sent and leaves the rest. Content and settings of a running campaign go into a draft version
 * beside the live one. A stale `expectedRevision` fails with VERSION_CONFLICT: nothing is overwritten silently.
 */
export async function updateCampaign(ctx: Context, input: UpdateCampaignInput & { readonly id: string }): Promise<Campaign> {
  requirePermission(ctx, "campaigns:write");
  checkDeliveryRate(input.deliveryRate);
  const { id, ...fields } = input;
  const { labels, settings } = splitChange(await withCompiledSources(parseChange(fields)));
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, id);
    requireAction(campaign, "UPDATE");
    checkRevision(campaign, input.expectedRevision);
    const before = recordedFields(campaign, await getVersion(tx, latestVersionId(campaign)));
    if (input.deliveryRate !== undefined) setDraftRate(campaign, input.deliveryRate);
    if (labels.labels) requireMayLabel(tx, { before: campaign.labels, after: labels.labels });
    Object.assign(campaign, labels);
    if (Object.keys(settings).length > 0) {
      const draft = await editableDraft(tx, campaign);
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

function checkRevision(campaign: Campaign, expected: number): void {
  if (campaign.revision === expected) return;
  throw conflict(
    "VERSION_CONFLICT",
    `Somebody changed this campaign meanwhile: it is at revision ${campaign.revision}. Read it again and repeat your change.`,
    {
      revision: campaign.revision,
      expectedRevision: expected,
    },
  );
}

function setDraftRate(campaign: Campaign, perSecond: number | null): void {
  if (campaign.liveVersionId && perSecond !== campaign.deliveryRate)
    throw invalid("INPUT_INVALID", "The delivery rate of a campaign that was activated is changed by setDeliveryRate.", {
      field: "deliveryRate",
    });
  campaign.deliveryRate = perSecond;
}

/** The draft to write into; made as a copy of the live version when there is none yet. */
async function editableDraft(ctx: Context, campaign: Campaign): Promise<CampaignVersion> {
  if (isEnded(campaign.status))
    throw conflict(
      "ACTION_NOT_ALLOWED",
      `The campaign is ${campaign.status}: its content and settings stay. Duplicate it to go on from here.`,
      {
        status: campaign.status,
      },
    );
  const latest = await getVersion(ctx, latestVersionId(campaign));
  if (campaign.draftVersionId) return latest;
  const draft = ctx.em.create(CampaignVersionSchema, {
    ...copyOfSettings(latest),
    fragmentNames: fragmentNamesOf(campaign.channel, latest.content ?? null),
    id: createId(),
    campaignId: campaign.id,
    number: latest.number + 1,
    status: "DRAFT",
    createdAt: ctx.clock.now(),
    createdBy: ctx.actor.id,
  });
  await ctx.em.persist(draft).flush();
  campaign.draftVersionId = draft.id;
  return draft;
}

export function copyOfSettings(version: CampaignVersion) {
  const { channelConfigurationId, namespace, createProfiles, highThroughput, onUncertain, missingContext } = version;
  const { contextSchema, startAt, endAt, timeZone, oneShot, content } = version;
  return {
    ...{ channelConfigurationId, namespace, createProfiles, highThroughput, onUncertain, missingContext },
    ...{
      contextSchema: contextSchema ?? null,
      startAt: startAt ?? null,
      endAt: endAt ?? null,
      timeZone,
      oneShot,
      // A draft sees the latest versions of its fragments.
      content: withoutFragments(content ?? null),
    },
  };
}
