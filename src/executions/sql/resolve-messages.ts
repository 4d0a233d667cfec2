import { type RawBuilder, sql } from "kysely";
import { withinReach } from "../../access/index.ts";
import type { Actor } from "../../storage/index.ts";
import { countChanges } from "./count-changes.ts";

export type ResolvedStatus = "SENT" | "FAILED";

/**
 * UNCERTAIN messages as a person found them to be. SENT ones need their context no more; FAILED ones keep it as long as
 * they would have. Those of campaigns outside the actor's reach stay. Returned is how many of each campaign.
 */
export function resolveMessages(
  ids: readonly string[],
  status: ResolvedStatus,
  actor: Actor,
): RawBuilder<{ campaignId: string; count: number }> {
  const isSent = status === "SENT";
  return sql`
    with picked as (
      select id, settled_at, error from message
      where id = any(${ids}::uuid[]) and status = 'UNCERTAIN' and ${withinReach(actor, sql`campaign_id`)}
      order by id for update
    ),
    changed as (
      update message set status = ${status}, settled_at = now(),
        error = case when ${isSent} then null else message.error end,
        error_code = case when ${isSent} then null else message.error_code end,
        context = case when ${isSent} then null else message.context end,
        profile_data = case when ${isSent} then null else message.profile_data end,
        sealed = case when ${isSent} then null else message.sealed end,
        kept_since = case when ${isSent} then null else message.kept_since end,
        history = coalesce(history, '[]') || jsonb_build_object(
          'at', picked.settled_at, 'status', 'UNCERTAIN', 'attempt', message.attempts, 'error', picked.error)
      from picked where message.id = picked.id
      returning message.campaign_id, message.execution_id, 'UNCERTAIN' as was, message.status as is_now, message.exclusion
    ),
    ${countChanges}
    select campaign_id as "campaignId", count(*) as count from changed group by campaign_id`;
}
