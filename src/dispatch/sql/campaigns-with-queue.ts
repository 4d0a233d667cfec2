import { type RawBuilder, sql } from "kysely";

/**
 * A recursive CTE `lane (campaign_id)`: every campaign with queued messages. It jumps from campaign to campaign along
 * `message_queue`, so it costs one index look-up per campaign with work, whatever the length of the queues and however
 * many campaigns are idle.
 */
export const campaignsWithQueue: RawBuilder<unknown> = sql`
  recursive lane as (
    (select campaign_id from message where status = 'QUEUED' order by campaign_id limit 1)
    union all
    select (select campaign_id from message where status = 'QUEUED' and campaign_id > lane.campaign_id order by campaign_id limit 1)
    from lane where lane.campaign_id is not null
  )`;
