import { type RawBuilder, sql } from "kysely";
import type { ExclusionReason } from "../exclusion.ts";
import type { OpenExecution } from "../rate-plan.ts";
import { countChanges } from "./count-changes.ts";

const idleBatches = (campaignId: string): RawBuilder<unknown> => sql`
  select id from batch where campaign_id = ${campaignId} and sending_at is null order by id for update`;

/**
 * Waits for workers that are giving some of these back. A statement of its own: what they put into the queue is seen only
 * by one that begins afterwards.
 */
export function lockIdleBatches(campaignId: string): RawBuilder<unknown> {
  return idleBatches(campaignId);
}

/**
 * The CTEs `taken_back`, `claimed` and `held`: what workers claimed and have not begun to send. Deleting the batch is what
 * counts: its worker can no longer mark it sending, and finds out when it tries. The caller holds the campaign for update, so
 * no claim is under way whose batches this could not see.
 *
 * A worker may be marking, giving back or settling some of these. Everybody locks first batches and then claimed messages,
 * each in the order of their ids, so they wait for each other and never deadlock. Rows that changed meanwhile are looked at again, and what they are
 * joined with then must be kept: it may be no statement that writes, nor a `union`. Hence the steps, each materialized.
 */
const holdClaimed = (campaignId: string): RawBuilder<unknown> => sql`
    idle as materialized (${idleBatches(campaignId)}),
    taken_back as (delete from batch using idle where batch.id = idle.id returning batch.id),
    claimed as materialized (
      select message.id, message.batch_id from taken_back join message on message.batch_id = taken_back.id and message.status = 'CLAIMED'
    ),
    held as materialized (
      select claimed.id, claimed.batch_id from claimed join message on message.id = claimed.id
      order by claimed.id for update of message
    )`;

/** Back in the queue. The attempt that did not happen is not counted. */
const asIfNeverClaimed = sql`status = 'QUEUED', batch_id = null, attempts = attempts - 1, claimed_at = null`;

/** Takes back what workers claimed and have not begun to send. */
export function releaseClaimed(campaignId: string): RawBuilder<unknown> {
  return sql`
    with ${holdClaimed(campaignId)}
    update message set ${asIfNeverClaimed}
    from held
    where message.id = held.id and message.batch_id = held.batch_id`;
}

export type Withdrawal = {
  readonly campaignId: string;
  /** Null withdraws all of the campaign. */
  readonly executionId: string | null;
  readonly exclusion: ExclusionReason;
  readonly detail: string;
};

/** Excludes everybody who still waits; claimed messages of other executions go back to the queue. */
export function withdrawMessages(withdrawal: Withdrawal): RawBuilder<unknown> {
  const { campaignId, executionId, exclusion, detail } = withdrawal;
  const isMeant = sql`(${executionId}::uuid is null or message.execution_id = ${executionId}::uuid)`;
  return sql`
    with ${holdClaimed(campaignId)},
    released as (
      update message set ${asIfNeverClaimed}
      from held
      where message.id = held.id and message.batch_id = held.batch_id and not ${isMeant}
    ),
    waiting as materialized (
      select id, batch_id from message where campaign_id = ${campaignId} and status = 'QUEUED'
      union all
      select id, batch_id from held
    ),
    changed as (
      update message set status = 'EXCLUDED', exclusion = ${exclusion}, exclusion_detail = ${detail}, batch_id = null,
        context = null, profile_data = null, sealed = null, settled_at = now()
      from waiting
      where message.id = waiting.id and ${isMeant} and (message.status = 'QUEUED' or message.batch_id = waiting.batch_id) is true
      returning message.campaign_id, message.execution_id, 'QUEUED' as was, message.status as is_now, message.exclusion
    ),
    ${countChanges}
    select count(*) as count from changed`;
}

const startsAt = sql`coalesce(execution.execute_at, execution.accepted_at)`;

/** Paused time does not count: every open execution gets back what fell behind its start. */
export function extendWindows(campaignId: string, pausedAt: Date): RawBuilder<unknown> {
  const pausedFor = sql`greatest(interval '0', now() - greatest(${pausedAt.toISOString()}::timestamptz, ${startsAt}))`;
  return sql`
    update execution set window_ends_at = window_ends_at + ${pausedFor}, planned_finish_at = planned_finish_at + ${pausedFor}
    where campaign_id = ${campaignId} and status = 'RUNNING'`;
}

/** Never tried: the window binds these alone. Retries and replays are excused from it. */
const isFresh = sql`message.attempts = case message.status when 'CLAIMED' then 1 else 0 end`;

/** Executions with waiting messages, in the order in which these are sent. */
export function selectOpenExecutions(campaignId: string): RawBuilder<OpenExecution> {
  return sql`
    select execution.id as "executionId", count(*) as queued,
           extract(epoch from execution.window_ends_at
             - greatest(coalesce(campaign.paused_at, now()), least(${startsAt}, now())))::float8 as "secondsLeft",
           extract(epoch from greatest(interval '0', ${startsAt} - now()))::float8 as "secondsUntilStart"
    from message
    join execution on execution.id = message.execution_id
    join campaign on campaign.id = message.campaign_id
    left join batch on message.status = 'CLAIMED' and batch.id = message.batch_id
    where message.campaign_id = ${campaignId}
      and (message.status = 'QUEUED' or (message.status = 'CLAIMED' and batch.sending_at is null)) and ${isFresh}
    group by execution.id, campaign.id
    order by min(message.available_at), execution.id`;
}

export function excludeBeyondWindow(
  campaignId: string,
  cuts: readonly { executionId: string; keep: number }[],
): RawBuilder<unknown> {
  return sql`
    with placed as (
      select message.id, cut.keep, row_number() over (partition by message.execution_id order by available_at, message.id) as place
      from message
      join unnest(${cuts.map((cut) => cut.executionId)}::uuid[], ${cuts.map((cut) => cut.keep)}::bigint[]) as cut (execution_id, keep)
        on cut.execution_id = message.execution_id
      where message.campaign_id = ${campaignId} and message.status = 'QUEUED' and ${isFresh}
    ),
    changed as (
      update message set status = 'EXCLUDED', exclusion = 'RATE_WINDOW_EXCEEDED',
        exclusion_detail = 'The delivery rate was lowered; at the new rate this message would not go out within its 12 hours.',
        context = null, profile_data = null, sealed = null, settled_at = now()
      from placed where message.id = placed.id and placed.place > placed.keep
      returning message.campaign_id, message.execution_id, 'QUEUED' as was, message.status as is_now, message.exclusion
    ),
    ${countChanges}
    select count(*) as count from changed`;
}

/** From what the lane owes now; null without a rate. */
export function updatePlannedFinish(campaignId: string): RawBuilder<unknown> {
  return sql`
    with owed as (
      select execution.id, sum(total.accepted - total.sent - total.delivered - total.bounced - total.failed - total.uncertain - total.excluded)
        over (order by execution.id) as before_and_own
      from execution join delivery_total total on total.scope_id = execution.id
      where execution.campaign_id = ${campaignId} and execution.status = 'RUNNING'
    )
    update execution set planned_finish_at =
      greatest(now(), execution.execute_at) + owed.before_and_own * interval '1 second' / campaign.delivery_rate
    from owed, campaign
    where execution.id = owed.id and campaign.id = execution.campaign_id`;
}
