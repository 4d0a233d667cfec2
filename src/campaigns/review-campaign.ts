import { type ChannelConfiguration, findChannelConfigurations } from "../channels/index.ts";
import { checkContentFor } from "../content/index.ts";
import { withFragments } from "../fragments/index.ts";
import { type Context, databaseNow } from "../storage/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import type { CampaignVersion } from "./campaign-version.entity.ts";
import { checkCampaign, type Review } from "./check-campaign.ts";

export type ReviewParts = {
  readonly campaign: Campaign;
  readonly version: CampaignVersion;
  /** Of the version, with its fragments. */
  readonly content: CampaignVersion["content"];
  readonly configuration: ChannelConfiguration | null;
};

/** Reviews one version as it would go live at the database's present instant, and says with what content. */
export async function reviewVersion(
  ctx: Context,
  campaign: Campaign,
  version: CampaignVersion,
): Promise<{ readonly review: Review; readonly content: CampaignVersion["content"] }> {
  const [configuration = null] = await findChannelConfigurations(ctx, [version.channelConfigurationId]);
  const content = await withFragments(ctx, { channel: campaign.channel, content: version.content ?? null });
  const now = await databaseNow(ctx);
  const { actor } = ctx;
  return {
    review: await reviewWith({ actor, clock: { now: () => now } }, { campaign, version, content, configuration }),
    content,
  };
}

/** The content is checked for the actor, in turn with what others have checked. */
export async function reviewWith(ctx: Pick<Context, "actor" | "clock">, parts: ReviewParts): Promise<Review> {
  const { campaign, version, content, configuration } = parts;
  const { highThroughput, contextSchema } = version;
  const rules = { category: campaign.category, highThroughput, contextSchema };
  const found = await checkContentFor(ctx.actor.id, { channel: campaign.channel, content: content ?? null, rules });
  return checkCampaign({ campaign, version, configuration, found, now: ctx.clock.now() });
}
