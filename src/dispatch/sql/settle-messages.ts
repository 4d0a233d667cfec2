import { type RawBuilder, sql } from "kysely";
import { countChanges } from "../../executions/index.ts";
import { limitLockWait } from "./limit-lock-wait.ts";
import { risen } from "./risen.ts";

export type SettledRow = {
  readonly campaignId: string;
  readonly id: string;
  /** The fencing token: a message that is no longer in this batch is somebody else's, and nothing is written. */
  readonly batchId: string;
  readonly status: "SENT" | "QUEUED" | "FAILED" | "UNCERTAIN" | "EXCLUDED";
  readonly delaySeconds: number;
  readonly error: string | null;
  readonly errorCode: string | null;
  readonly exclusion: string | null;
  readonly exclusionDetail: string | null;
  readonly providerMessageId: string | null;
  readonly handedAt: string | null;
};

export type Settling = {
  /** The present instant as the worker knows it. */
  readonly at?: Date;
  /** How long it waits for whoever has one of the rows locked. */
  readonly lockMilliseconds?: number;
};

/**
 * Only a CLAIMED message is in a batch, so its status is not asked for: on a table that was analysed while nothing was
 * claimed, the planner would search the whole of `message_in_flight` for each message, since it takes it to be empty.
 *
 * Outcomes, totals and finished executions in one statement: about 35,000 messages a second in batches of 500.
 * Context, sealed or not, is erased unless the message may be sent again. `finishedBatchIds` have nothing left in them.
 * Batches before messages, both in the order of ids: a pause or a stop may be taking back the same ones.
 */
export function settleMessages(
  rows: readonly SettledRow[],
  finishedBatchIds: readonly string[],
  { at, lockMilliseconds }: Settling = {},
): RawBuilder<{ id: string }> {
  const column = <K extends keyof SettledRow>(name: K): SettledRow[K][] => rows.map((row) => row[name]);
  return sql`
    with ${lockFinished(finishedBatchIds, lockMilliseconds)},
    outcome as (
      select given.* from locked cross join unnest(${column("id")}::uuid[], ${column("batchId")}::uuid[], ${column("status")}::text[],
                           ${column("delaySeconds")}::float8[], ${column("error")}::text[], ${column("errorCode")}::text[],
                           ${column("exclusion")}::text[], ${column("exclusionDetail")}::text[], ${column("providerMessageId")}::text[],
                           ${column("handedAt")}::timestamptz[])
        as given (id, batch_id, status, delay_seconds, error, error_code, exclusion, exclusion_detail, provider_message_id, handed_at)
      order by given.id
    ),
    changed as (
      update message set
        status = outcome.status,
        batch_id = null,
        deaths = 0,
        available_at = case outcome.status when 'QUEUED' then ${risen(at)} + outcome.delay_seconds * interval '1 second' else message.available_at end,
        deferred_at = case outcome.status when 'QUEUED' then coalesce(message.deferred_at, ${risen(at)}) else message.deferred_at end,
        error = outcome.error,
        error_code = outcome.error_code,
        exclusion = outcome.exclusion,
        exclusion_detail = outcome.exclusion_detail,
        provider_message_id = outcome.provider_message_id,
        handed_at = outcome.handed_at,
        settled_at = case when outcome.status <> 'QUEUED' then ${risen(at)} end,
        context = case when outcome.status in ('SENT', 'EXCLUDED') then null else message.context end,
        profile_data = case when outcome.status in ('SENT', 'EXCLUDED') then null else message.profile_data end,
        sealed = case when outcome.status in ('SENT', 'EXCLUDED') then null else message.sealed end,
        kept_since = case when outcome.status in ('FAILED', 'UNCERTAIN') then ${risen(at)} end,
        history = case when outcome.status = 'QUEUED' then coalesce(message.history, '[]') || jsonb_build_object(
          'at', ${risen(at)}, 'status', 'QUEUED', 'attempt', message.attempts, 'error', outcome.error) else message.history end
      from outcome
      where message.id = outcome.id and message.batch_id = outcome.batch_id
      returning message.id, message.campaign_id, message.execution_id, 'CLAIMED' as was, message.status as is_now, message.exclusion
    ),
    ${countChanges}
    select id from changed`;
}

/** The CTE `locked`, of one row: what is joined with it comes after the batches that have nothing left in them are gone. */
const lockFinished = (batchIds: readonly string[], lockMilliseconds?: number): RawBuilder<unknown> => sql`
    ${limitLockWait(lockMilliseconds)},
    ended as materialized (
      select id from patience cross join batch where id = any(${batchIds}::uuid[]) order by id for update of batch
    ),
    emptied as (delete from batch using ended where batch.id = ended.id returning batch.id),
    locked as materialized (select count(*) from patience cross join (select count(*) from emptied) gone)`;

/** Back to the queue without a trace: these were claimed and surely not handed over. Locks as settling does. */
export function releaseMessages(
  ids: readonly string[],
  batchIds: readonly string[],
  finishedBatchIds: readonly string[],
  lockMilliseconds?: number,
): RawBuilder<unknown> {
  return sql`
    with ${lockFinished(finishedBatchIds, lockMilliseconds)}
    update message set status = 'QUEUED', batch_id = null, attempts = attempts - 1, claimed_at = null
    from locked
    cross join (select * from unnest(${ids}::uuid[], ${batchIds}::uuid[]) as given (id, batch_id) order by id) as given
    where message.id = given.id and message.batch_id = given.batch_id`;
}
