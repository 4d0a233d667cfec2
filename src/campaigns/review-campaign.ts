import { type ChannelConfiguration, findChannelConfigurations } from "../channels/index.ts";
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
  return { review: reviewWith({ clock: { now: () => now } }, { campaign, version, content, configuration }), content };
}

export function reviewWith(ctx: Pick<Context, "clock">, { campaign, version, content, configuration }: ReviewParts): Review {
  return checkCampaign({ campaign, version: { ...version, content }, configuration, now: ctx.clock.now() });
}
