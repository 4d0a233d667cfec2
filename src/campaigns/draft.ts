import { conflict, createId } from "../base/index.ts";
import { fragmentNamesOf } from "../content/index.ts";
import { withoutFragments } from "../fragments/index.ts";
import { type Context, run } from "../storage/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import { type CampaignVersion, CampaignVersionSchema } from "./campaign-version.entity.ts";
import { getVersion, latestVersionId } from "./load-campaign.ts";
import { selectLastNumber } from "./sql/select-last-number.ts";
import { isEnded } from "./status.ts";

/** The draft to write into; made as a copy of the live version when there is none yet. */
export async function editableDraft(ctx: Context, campaign: Campaign): Promise<CampaignVersion> {
  if (isEnded(campaign.status))
    throw conflict(
      "ACTION_NOT_ALLOWED",
      `The campaign is ${campaign.status}: its content and settings stay. Duplicate it to go on from here.`,
      { status: campaign.status },
    );
  const latest = await getVersion(ctx, latestVersionId(campaign));
  if (campaign.draftVersionId) return latest;
  // Numbers of drafts that were discarded are not given again.
  const [last] = await run(ctx, selectLastNumber(campaign.id));
  const draft = ctx.em.create(CampaignVersionSchema, {
    ...copyOfSettings(latest),
    fragmentNames: fragmentNamesOf(campaign.channel, latest.content ?? null),
    id: createId(),
    campaignId: campaign.id,
    number: (last?.number ?? latest.number) + 1,
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

/** Fixes what was reviewed: from now on the version has the fragments that the review saw, whatever is saved of them later. */
export function fixContent(version: CampaignVersion, reviewed: CampaignVersion["content"]): void {
  version.content = reviewed;
  if (reviewed?.fragments) version.fragmentNames = reviewed.fragments.map(({ name }) => name);
}

/** The opposite: a version that did not go live, or failed to, can be edited again and sees the latest fragments. */
export function reopenDraft(campaign: Campaign, version: CampaignVersion): void {
  version.status = "DRAFT";
  version.content = withoutFragments(version.content ?? null);
  version.fragmentNames = fragmentNamesOf(campaign.channel, version.content);
}
