import { type RawBuilder, sql } from "kysely";
import { countChanges } from "./count-changes.ts";
import { type DeadLetterScope, deadLettersOf } from "./dead-letters-of.ts";

export type RetryScope = DeadLetterScope & { readonly replayDays: number };
export type RetryChunk = RetryScope & { readonly afterId: string | null; readonly limit: number };

const keptFrom = ({ replayDays }: RetryScope): RawBuilder<unknown> => sql`now() - ${replayDays}::int * interval '1 day'`;

/**
 * The next dead letters, in the order of their ids, back to the queue under the same key; their retry period starts
 * anew; about 45,000 a second in chunks of 5,000. Goes on after `afterId`, so one that fails again at once is not taken twice. Totals are locked before
 * executions, as settling does: of the two, the later one sees what the earlier one left open.
 */
export function retryMessages(chunk: RetryChunk): RawBuilder<{ count: number; lastId: string | null }> {
  return sql`
    with picked as (
      select message.id, message.status, message.settled_at, message.attempts, message.error
      from message join execution on execution.id = message.execution_id and execution.status <> 'CANCELLED'
      where ${deadLettersOf(chunk)} and message.kept_since > ${keptFrom(chunk)}
        and (${chunk.afterId}::uuid is null or message.id > ${chunk.afterId}::uuid)
      order by message.id limit ${chunk.limit}
      for update of message
    ),
    changed as (
      update message set status = 'QUEUED', available_at = now(), deferred_at = null, kept_since = null, claimed_at = null,
        handed_at = null, settled_at = null, error = null, error_code = null,
        history = coalesce(history, '[]') || jsonb_build_array(
          jsonb_build_object('at', picked.settled_at, 'status', picked.status, 'attempt', picked.attempts, 'error', picked.error),
          jsonb_build_object('at', now(), 'status', 'QUEUED', 'attempt', picked.attempts, 'error', null))
      from picked where message.id = picked.id
      returning message.campaign_id, message.execution_id, picked.status as was, message.status as is_now, message.exclusion
    ),
    ${countChanges},
    opened as (
      update execution set status = 'RUNNING', finished_at = null
      from counted where execution.id = counted.scope_id and execution.status <> 'CANCELLED'
    )
    select (select count(*) from changed) as count, (select id from picked order by id desc limit 1) as "lastId"`;
}

/** Whether some of those meant can no longer be sent again. */
export function selectExpired(scope: RetryScope): RawBuilder<{ expired: boolean }> {
  return sql`
    select exists (
      select from message join execution on execution.id = message.execution_id and execution.status <> 'CANCELLED'
      where ${deadLettersOf(scope)} and (message.kept_since is null or message.kept_since <= ${keptFrom(scope)})
    ) as expired`;
}
