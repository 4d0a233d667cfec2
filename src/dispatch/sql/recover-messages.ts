import { type RawBuilder, sql } from "kysely";
import { countChanges } from "../../executions/index.ts";
import { aloneFrom, type SuspectCampaign } from "../suspects.ts";
import { limitLockWait } from "./limit-lock-wait.ts";

export type Recovery = {
  readonly ownWorkerId: string;
  /** The caller holds the presence lock: no other worker can be alive, so nobody's lease is waited for. */
  readonly isAlone: boolean;
  /** Own batches that the worker does not know: the answer to their claim was lost. */
  readonly forgottenBatchIds: readonly string[];
  /** What is known of other workers' leases beside what the database's clock says. */
  readonly renewedIds?: readonly string[];
  readonly silentIds?: readonly string[];
  /** Whether a lapsed lease is a death. Not while the database was away from everybody: then live workers lost theirs, too. */
  readonly countsDeaths?: boolean;
  /** They ended, as whoever started them knows: their leases are not waited for. */
  readonly deadIds?: readonly string[];
  /** Of these, those that had nothing but one message, and ended by themselves: that message is what ended them. */
  readonly provedIds?: readonly string[];
  /** They live beside this worker, in its process. */
  readonly besideIds?: readonly string[];
  /** Only of these; of all if absent. */
  readonly campaignIds?: readonly string[];
  /** How long it waits for whoever has one of the rows locked. */
  readonly lockMilliseconds?: number;
};

/**
 * Without a proof: whole processes that died may have been killed for any reason. Of ten kills in a minute three met the same innocent
 * message while it was alone; six are not met.
 */
const deathsMax = sql.lit(5);
/** Replayed, such a message is taken alone at once. */
const deathsAfterwards = sql.lit(2);

/**
 * Takes over the batches of dead workers. What was only claimed goes back to the queue as if nothing had happened, but for the
 * count of deaths; what may have been on the wire follows the version's `onUncertain`. What had its last death is settled: FAILED,
 * or UNCERTAIN when it may have left. A batch that a stop or a cancel is taking back at this moment is left to it: each would wait
 * for the other.
 */
export function recoverMessages(recovery: Recovery): RawBuilder<{ count: number }> {
  const { countsDeaths = true, provedIds = [], campaignIds = null, lockMilliseconds } = recovery;
  return sql`
    with ${limitLockWait(lockMilliseconds)},
    lapsed as (delete from worker using patience where ${isLapsed(recovery)} returning worker.id),
    found as materialized (
      select id, ${countsDeaths}::boolean
        and (worker_id in (select id from lapsed) or not exists (select from worker where worker.id = batch.worker_id)) as is_dead,
        worker_id = any(${provedIds}::uuid[]) as is_proved
      from batch
      where (worker_id in (select id from lapsed) or not exists (select from worker where worker.id = batch.worker_id)
        or id = any(${recovery.forgottenBatchIds}::uuid[]))
        and (${campaignIds}::uuid[] is null or campaign_id = any(${campaignIds}::uuid[]))
      for update skip locked
    ),
    orphaned as (
      delete from batch using found where batch.id = found.id returning batch.id, batch.sending_at is not null as is_sending, found.is_dead, found.is_proved
    ),
    judged as (
      select message.id, orphaned.id as batch_id, orphaned.is_sending, orphaned.is_proved, deadly.is_deadly,
        message.deaths + case when orphaned.is_dead then 1 else 0 end as deaths,
        case when orphaned.is_sending and (version.on_uncertain = 'HOLD' or deadly.is_deadly) then 'UNCERTAIN'
             when deadly.is_deadly then 'FAILED' else 'QUEUED' end as status,
        case when deadly.is_deadly then 'MESSAGE_KILLS_WORKER' when orphaned.is_sending then 'WORKER_LOST' end as code
      from orphaned
      join message on message.batch_id = orphaned.id and message.status = 'CLAIMED'
      join campaign_version version on version.id = message.version_id
      cross join lateral (select orphaned.is_dead and (orphaned.is_proved or message.deaths >= ${deathsMax}) as is_deadly) deadly
    ),
    changed as (
      update message set
        status = judged.status,
        batch_id = null,
        attempts = attempts - case when judged.is_sending or judged.is_deadly then 0 else 1 end,
        deaths = case when judged.is_deadly then ${deathsAfterwards} else judged.deaths end,
        error = case
          when judged.is_deadly and judged.is_proved then 'A worker died twice while it had this message. Taken alone, by a thread that had nothing else, it ended that thread as well.'
          when judged.is_deadly then 'A worker died each time it had this message, the last four times while it had no other that was suspected.'
          when judged.is_sending then 'The worker was lost while it was sending this message.' end,
        error_code = judged.code,
        kept_since = case when judged.status <> 'QUEUED' then now() end,
        settled_at = case when judged.status <> 'QUEUED' then now() end,
        history = case when judged.is_sending and judged.status = 'QUEUED'
          then coalesce(history, '[]') || jsonb_build_object('at', now(), 'status', 'QUEUED', 'attempt', attempts,
            'error', 'The worker was lost while it was sending this message; it is sent again under the same key.')
          else history end
      from judged
      where message.id = judged.id and message.batch_id = judged.batch_id and message.status = 'CLAIMED'
      returning message.campaign_id, message.execution_id, 'CLAIMED' as was, message.status as is_now, message.exclusion
    ),
    ${countChanges}
    select count(*) as count from changed`;
}

/** The campaigns that `recoverMessages` would take something over of. */
export function selectOrphanedCampaigns(recovery: Recovery): RawBuilder<{ campaignId: string }> {
  return sql`
    select distinct campaign_id as "campaignId" from batch
    where id = any(${recovery.forgottenBatchIds}::uuid[])
      or not exists (select from worker where worker.id = batch.worker_id and not (${isLapsed(recovery)}))`;
}

function isLapsed(recovery: Recovery): RawBuilder<boolean> {
  const { ownWorkerId, isAlone, renewedIds = [], silentIds = [], deadIds = [], besideIds = [] } = recovery;
  return sql`worker.id <> ${ownWorkerId} and worker.id <> all(${besideIds}::uuid[]) and (${isAlone}::boolean
    or worker.id = any(${deadIds}::uuid[])
    or (worker.lease_until < now() and worker.id <> all(${renewedIds}::uuid[])) or worker.id = any(${silentIds}::uuid[]))`;
}

/** Campaigns with messages in the queue that workers had when they died. */
export function selectSuspects(): RawBuilder<SuspectCampaign & { readonly isAloneDue: boolean }> {
  return sql`
    select campaign_id as "campaignId", min(deaths)::int as fewest, max(deaths)::int as most,
      bool_or(deaths >= ${sql.lit(aloneFrom)} and available_at <= now() and campaign.status = 'LIVE') as "isAloneDue"
    from message join campaign on campaign.id = message.campaign_id
    where message.status = 'QUEUED' and deaths > 0 group by campaign_id`;
}

/**
 * Messages that came back to the queue of one of these campaigns after its end: a retry, or the recovery of a worker that died in it.
 * `offset 0` keeps the look-up by campaign, and `is true` the one by id: on a table that was analysed with an empty queue the
 * planner would read all of it.
 */
export function excludeStragglers(campaignIds: readonly string[], lockMilliseconds?: number): RawBuilder<{ count: number }> {
  return sql`
    with ${limitLockWait(lockMilliseconds)},
    ended as (
      select id, status from patience cross join campaign
      where id = any(${campaignIds}::uuid[]) and status in ('STOPPED', 'COMPLETED', 'ARCHIVED')
    ),
    changed as (
      update message set status = 'EXCLUDED', settled_at = now(), context = null, profile_data = null, sealed = null,
        exclusion = case ended.status when 'STOPPED' then 'CAMPAIGN_STOPPED' else 'CAMPAIGN_ENDED' end,
        exclusion_detail = 'The campaign ended before this message could be sent again.'
      from ended
      cross join lateral (select id from message where campaign_id = ended.id and status = 'QUEUED' offset 0) straggler
      where message.id = straggler.id and (message.status = 'QUEUED') is true
      returning message.campaign_id, message.execution_id, 'QUEUED' as was, message.status as is_now, message.exclusion
    ),
    ${countChanges}
    select count(*) as count from changed`;
}

export function selectOwnBatches(workerId: string): RawBuilder<{ id: string }> {
  return sql`select id from batch where worker_id = ${workerId}`;
}
