import { type RawBuilder, sql } from "kysely";
import { withinReach } from "../../access/index.ts";
import type { Actor } from "../../storage/index.ts";
import type { StatusEvent, StatusEventsInput } from "../status-events.ts";

type Row = Omit<StatusEvent, "at"> & { readonly at: string };

export function selectStatusEvents(input: StatusEventsInput, actor: Actor): RawBuilder<Row> {
  return sql`
    select id, campaign_id as "campaignId", data->>'from' as "from", data->>'to' as "to", data->>'reason' as reason, at, actor_name as actor
    from event
    where type = 'campaign.status-changed' and at >= ${input.since.toISOString()}::timestamptz
      and (${input.campaignId}::uuid is null or campaign_id = ${input.campaignId}::uuid)
      and ${withinReach(actor, sql`event.campaign_id`)}
    order by at, id limit 1000`;
}
