import { type RawBuilder, sql } from "kysely";
import type { Category } from "../../base/index.ts";
import type { CampaignStatus } from "../../campaigns/index.ts";
import { isDue } from "./risen.ts";

export type LaneRow = {
  readonly campaignId: string;
  readonly status: CampaignStatus;
  readonly deliveryRate: number | null;
  readonly category: Category;
  /** Of the live version: where messages accepted from now on go. Null only without a live version. */
  readonly channelConfigurationId: string | null;
  /** It is LIVE, inside its window, and has messages that are due now; also when they wait for their channel configuration, so that somebody says so. */
  readonly isDue: boolean;
};

/** Asked with a limit: as `exists` it became a join that hashes the whole queue. */
const columns = (at: Date | undefined): RawBuilder<unknown> => sql`
  campaign.id as "campaignId", campaign.status, campaign.delivery_rate as "deliveryRate", campaign.category,
  version.channel_configuration_id as "channelConfigurationId",
  campaign.status = 'LIVE' and (campaign.closes_at is null or campaign.closes_at > now())
    and (select true from message where campaign_id = campaign.id and status = 'QUEUED' and ${isDue(at)} limit 1) is true
    as "isDue"`;

/** Of these campaigns, whatever they have. */
export function selectNamedLanes(campaignIds: readonly string[], at?: Date): RawBuilder<LaneRow> {
  return sql`
    select ${columns(at)}
    from unnest(${campaignIds}::uuid[]) as named (campaign_id)
    join campaign on campaign.id = named.campaign_id
    left join campaign_version version on version.id = campaign.live_version_id`;
}

export type LanePage = {
  readonly afterId: string;
  readonly limit: number;
  /** The present instant as the worker knows it. */
  readonly at?: Date;
};

/**
 * The next campaigns behind `afterId`, in the order of ids, that have something queued, due or not. It jumps from campaign to
 * campaign along `message_queue`: an index look-up each, whatever the length of the queues and however many campaigns are idle.
 */
export function selectLanes({ afterId, limit, at }: LanePage): RawBuilder<LaneRow> {
  const nextAfter = (id: unknown) =>
    sql`(select campaign_id from message where status = 'QUEUED' and campaign_id > ${id} order by campaign_id limit 1)`;
  return sql`
    with recursive lane (campaign_id, place) as (
      select ${nextAfter(sql`${afterId}::uuid`)}, 1
      union all
      select ${nextAfter(sql`lane.campaign_id`)}, place + 1 from lane where lane.campaign_id is not null and place < ${limit}
    )
    select ${columns(at)}
    from lane
    join campaign on campaign.id = lane.campaign_id
    left join campaign_version version on version.id = campaign.live_version_id
    order by campaign.id`;
}
