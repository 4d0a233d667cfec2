import { type RawBuilder, sql } from "kysely";
import type { Category } from "../../base/index.ts";

export type LaneRow = { readonly campaignId: string; readonly deliveryRate: number | null; readonly category: Category };

/**
 * Campaigns with messages that are due now. The recursion jumps from campaign to campaign along `message_queue`,
 * so the cost is one index look-up per campaign with work, whatever the length of the queues and however many
 * campaigns are idle.
 */
export function selectLanes(): RawBuilder<LaneRow> {
  return sql`
    with recursive lane as (
      (select campaign_id from message where status = 'QUEUED' order by campaign_id limit 1)
      union all
      select (select campaign_id from message where status = 'QUEUED' and campaign_id > lane.campaign_id order by campaign_id limit 1)
      from lane where lane.campaign_id is not null
    )
    select campaign.id as "campaignId", campaign.delivery_rate as "deliveryRate", campaign.category
    from lane
    join campaign on campaign.id = lane.campaign_id
    join campaign_version version on version.id = campaign.live_version_id
    join channel_configuration configuration on configuration.id = version.channel_configuration_id and configuration.active
    where campaign.status = 'LIVE' and (campaign.closes_at is null or campaign.closes_at > now())
      and exists (
        select from message where campaign_id = campaign.id and status = 'QUEUED' and available_at <= now()
      )`;
}

/** The present rate of lanes that are already open. */
export function selectLaneRates(campaignIds: readonly string[]): RawBuilder<Omit<LaneRow, "category">> {
  return sql`select id as "campaignId", delivery_rate as "deliveryRate" from campaign where id = any(${campaignIds}::uuid[])`;
}
