import { type RawBuilder, sql } from "kysely";
import { withinReach } from "../../access/index.ts";
import type { Actor } from "../../storage/index.ts";
import type { StatusEvent, StatusStretch } from "../status-events.ts";

type Row = Omit<StatusEvent, "at"> & { readonly at: string };

/** By `event_type`, or `event_campaign` for one campaign: read in the order of the positions, it stops when the page is full. */
export function selectStatusEvents({ campaignId, after, until, limit }: StatusStretch, actor: Actor): RawBuilder<Row> {
  const ofCampaign = campaignId === null ? sql`true` : sql`campaign_id = ${campaignId}::uuid`;
  return sql`
    select position::text as position, campaign_id as "campaignId", data->>'from' as "from", data->>'to' as "to",
      data->>'reason' as reason, at, actor_name as actor
    from event
    where type = 'campaign.status-changed' and position > ${after}::bigint and position <= ${until}::bigint
      and ${ofCampaign} and ${withinReach(actor, sql`event.campaign_id`)}
    order by event.position limit ${limit}`;
}
