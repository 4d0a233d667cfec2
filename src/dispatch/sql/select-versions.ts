import { type RawBuilder, sql } from "kysely";
import type { Category, Channel } from "../../base/index.ts";
import type { MissingContext, OnUncertain } from "../../campaigns/index.ts";
import type { CampaignContent } from "../../content/index.ts";

export type VersionRow = {
  readonly id: string;
  readonly channel: Channel;
  readonly category: Category;
  readonly channelConfigurationId: string;
  readonly onUncertain: OnUncertain;
  readonly missingContext: MissingContext;
  readonly content: CampaignContent;
};

export function selectVersions(ids: readonly string[]): RawBuilder<VersionRow> {
  return sql`
    select version.id, campaign.channel, campaign.category, version.channel_configuration_id as "channelConfigurationId",
           version.on_uncertain as "onUncertain", version.missing_context as "missingContext", version.content
    from campaign_version version join campaign on campaign.id = version.campaign_id
    where version.id = any(${ids}::uuid[])`;
}
