import { type ChannelConfiguration, findChannelConfigurations } from "../channels/index.ts";
import type { Context } from "../storage/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import type { CampaignVersion } from "./campaign-version.entity.ts";
import { checkCampaign, type Review } from "./check-campaign.ts";

/** Reviews one version as it would go live now. */
export async function reviewVersion(ctx: Context, campaign: Campaign, version: CampaignVersion): Promise<Review> {
  const [configuration] = await findChannelConfigurations(ctx, [version.channelConfigurationId]);
  return reviewWith(ctx, { campaign, version, configuration: configuration ?? null });
}

export function reviewWith(
  ctx: Pick<Context, "clock">,
  parts: { readonly campaign: Campaign; readonly version: CampaignVersion; readonly configuration: ChannelConfiguration | null },
): Review {
  return checkCampaign({ ...parts, now: ctx.clock.now() });
}
