import { type RawBuilder, sql } from "kysely";
import type { Category } from "../../base/index.ts";
import { campaignsWithQueue } from "./campaigns-with-queue.ts";

export type LaneRow = {
  readonly campaignId: string;
  readonly deliveryRate: number | null;
  readonly category: Category;
  /** Of the live version: where messages accepted from now on go. */
  readonly channelConfigurationId: string;
};

/** Campaigns with messages that are due now; also those that wait for their channel configuration, so that somebody says so. Asked with a limit: as `exists` it became a join that hashes the whole queue. */
export function selectLanes(): RawBuilder<LaneRow> {
  return sql`
    with ${campaignsWithQueue}
    select campaign.id as "campaignId", campaign.delivery_rate as "deliveryRate", campaign.category,
           version.channel_configuration_id as "channelConfigurationId"
    from lane
    join campaign on campaign.id = lane.campaign_id
    join campaign_version version on version.id = campaign.live_version_id
    where campaign.status = 'LIVE' and (campaign.closes_at is null or campaign.closes_at > now())
      and (select true from message where campaign_id = campaign.id and status = 'QUEUED' and available_at <= now() limit 1)`;
}

/** The present rate of lanes that are already open. */
export function selectLaneRates(campaignIds: readonly string[]): RawBuilder<Pick<LaneRow, "campaignId" | "deliveryRate">> {
  return sql`select id as "campaignId", delivery_rate as "deliveryRate" from campaign where id = any(${campaignIds}::uuid[])`;
}
