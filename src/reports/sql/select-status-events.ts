import { type RawBuilder, sql } from "kysely";
import type { StatusEvent, StatusEventsInput } from "../status-events.ts";

export function selectStatusEvents(input: StatusEventsInput): RawBuilder<Omit<StatusEvent, "at"> & { readonly at: string }> {
  return sql`
    select id, campaign_id as "campaignId", data->>'from' as "from", data->>'to' as "to", data->>'reason' as reason, at, actor_name as actor
    from event
    where type = 'campaign.status-changed' and at >= ${input.since.toISOString()}::timestamptz
      and (${input.campaignId}::uuid is null or campaign_id = ${input.campaignId}::uuid)
    order by at, id limit 1000`;
}
