import { type RawBuilder, sql } from "kysely";

export type CampaignConfigurations = {
  readonly campaignId: string;
  readonly channelConfigurationId: string;
  readonly hasQuota: boolean;
};

/** Where messages of these campaigns go: by the live version, and by those before it that have an execution under way. */
export function selectCampaignConfigurations(campaignIds: readonly string[]): RawBuilder<CampaignConfigurations> {
  return sql`
    select campaign.id as "campaignId", configuration.id as "channelConfigurationId",
           configuration.quota_per_second is not null as "hasQuota"
    from campaign
    join campaign_version version on version.campaign_id = campaign.id and version.status in ('LIVE', 'RETIRED')
    join channel_configuration configuration on configuration.id = version.channel_configuration_id
    where campaign.id = any(${campaignIds}::uuid[])
      and (version.id = campaign.live_version_id or exists (
        select from execution
        where execution.campaign_id = campaign.id and execution.status = 'RUNNING' and execution.version_id = version.id))
    order by campaign.id, version.number desc`;
}
