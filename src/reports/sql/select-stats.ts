import { type RawBuilder, sql } from "kysely";
import type { DeliveryStats, StatsScope } from "../delivery-stats.ts";

/** Seconds over which `ratePerSecond` is taken. */
const rateSeconds = 5;

/**
 * Final statuses are counted in `delivery_total`, kept in the transactions that change messages. Claimed and sending
 * messages are few (what workers hold), so they are counted here, from their partial index; queued is what remains.
 */
export function selectStats(scopes: readonly StatsScope[]): RawBuilder<Omit<DeliveryStats, "asOf"> & { readonly asOf: string }> {
  return sql`
    with asked as (
      select campaign_id, execution_id, coalesce(execution_id, campaign_id) as scope_id, position
      from unnest(${scopes.map((scope) => scope.campaignId)}::uuid[], ${scopes.map((scope) => scope.executionId)}::uuid[])
        with ordinality as given (campaign_id, execution_id, position)
    ),
    held as (
      select message.campaign_id, message.execution_id,
             count(*) filter (where batch.sending_at is null) as claimed,
             count(*) filter (where batch.sending_at is not null) as sending
      from message join batch on batch.id = message.batch_id
      where message.status = 'CLAIMED' and message.campaign_id in (select campaign_id from asked)
      group by message.campaign_id, message.execution_id
    ),
    in_flight as (
      select asked.position, coalesce(sum(held.claimed), 0)::bigint as claimed, coalesce(sum(held.sending), 0)::bigint as sending
      from asked left join held
        on held.campaign_id = asked.campaign_id and (asked.execution_id is null or held.execution_id = asked.execution_id)
      group by asked.position
    ),
    pace as (
      select campaign_id, sum(sent)::float8 / ${rateSeconds}::int as rate from delivery_second
      where campaign_id in (select campaign_id from asked) and second > now() - ${rateSeconds}::int * interval '1 second' and second <= now()
      group by campaign_id
    )
    select coalesce(total.accepted, 0) as accepted,
           coalesce(total.accepted - total.sent - total.delivered - total.bounced - total.failed - total.uncertain - total.excluded, 0)
             - in_flight.claimed - in_flight.sending as queued,
           in_flight.claimed, in_flight.sending,
           coalesce(total.sent, 0) as sent, coalesce(total.delivered, 0) as delivered, coalesce(total.bounced, 0) as bounced,
           coalesce(total.failed, 0) as failed, coalesce(total.uncertain, 0) as uncertain, coalesce(total.excluded, 0) as excluded,
           coalesce(
             (select jsonb_agg(jsonb_build_object('reason', reason, 'count', count) order by count desc, reason)
              from exclusion_total where scope_id = asked.scope_id), '[]') as exclusions,
           coalesce(pace.rate, 0) as "ratePerSecond",
           now()::timestamptz(3) as "asOf"
    from asked
    join in_flight using (position)
    left join delivery_total total on total.scope_id = asked.scope_id
    left join pace on pace.campaign_id = asked.campaign_id
    order by asked.position`;
}
