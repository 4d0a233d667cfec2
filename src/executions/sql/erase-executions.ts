import { type RawBuilder, sql } from "kysely";

export type RetentionDays = { readonly marketingDays: number; readonly transactionalDays: number };

export type ErasureChunk = RetentionDays & {
  readonly executionsMax: number;
  readonly messagesMax: number;
  /** Their executions stay for now. */
  readonly exceptCampaignIds: readonly string[];
  /** Where an earlier chunk of this run stopped; null begins with the oldest. */
  readonly finishedFrom: string | null;
};

export type Erasure = {
  /** Executions that this chunk worked on; 0 when none is due. */
  readonly taken: number;
  readonly messages: number;
  /** Executions of which nothing is left to erase. */
  readonly executions: number;
  readonly finishedUntil: string | null;
};

/** Everything that names or describes a person; who has nothing of it is erased already. */
const isKnown = sql`(
  message.user_id <> 'erased' or message.address is not null or message.profile_id is not null
  or message.provider_message_id is not null or message.error is not null or message.exclusion_detail is not null
  or message.sealed is not null or message.context is not null or message.profile_data is not null or message.kept_since is not null)`;

/**
 * The next old executions, along `execution_kept`, and their messages, by ranges of the primary key (the inner limit
 * keeps the planner from reading the whole table): about 50,000 messages a second of large executions, 7,000 of those with
 * one recipient. An execution too large for one chunk is taken again by the next, until nothing of it is left.
 * The share lock keeps retries of the same campaign out; whatever somebody else holds is passed over, never waited for.
 */
export function eraseExecutions(chunk: ErasureChunk): RawBuilder<Erasure> {
  const { messagesMax } = chunk;
  return sql`
    with due as (${due(chunk)} for update of execution skip locked for share of campaign skip locked),
    summed as (select *, sum(accepted_count) over (order by finished_at, id) as messages_upto from due),
    taken as (select * from summed where messages_upto <= ${messagesMax} or messages_upto = accepted_count),
    picked as (
      select found.id from taken
      cross join lateral (
        select id from message
        where id between taken.first_message_id and taken.last_message_id and execution_id = taken.id and ${isKnown}
        limit ${messagesMax}
      ) found
      limit ${messagesMax}
    ),
    erased as (
      update message set user_id = 'erased', address = null, address_key = null, profile_id = null, provider_message_id = null, error = null,
        exclusion_detail = null, sealed = null, context = null, profile_data = null, kept_since = null,
        history = (select jsonb_agg(entry || '{"error": null}' order by place)
                   from jsonb_array_elements(history) with ordinality as step (entry, place))
      where id in (select id from picked)
    ),
    emptied as (delete from sandbox_message where id in (select id from picked)),
    closed as (
      update execution set erased_at = now()
      where id in (select id from taken)
        and ((select max(messages_upto) from taken) <= ${messagesMax} or (select count(*) from picked) < ${messagesMax})
      returning id
    )
    select (select count(*) from taken) as taken, (select count(*) from picked) as messages,
           (select count(*) from closed) as executions, (select max(finished_at) from taken) as "finishedUntil"`;
}

/** The campaign of the first execution that a chunk would take. */
export function selectCampaignToErase(chunk: ErasureChunk): RawBuilder<{ campaignId: string }> {
  return sql`select campaign_id as "campaignId" from (${due(chunk)}) due limit 1`;
}

function due(chunk: ErasureChunk): RawBuilder<unknown> {
  const { marketingDays, transactionalDays, executionsMax, exceptCampaignIds, finishedFrom } = chunk;
  const before = (days: RawBuilder<unknown>) => sql`execution.finished_at < now() - ${days} * interval '1 day'`;
  return sql`
      select execution.id, execution.campaign_id, execution.first_message_id, execution.last_message_id, execution.accepted_count, execution.finished_at
      from execution
      join campaign on campaign.id = execution.campaign_id
      join delivery_total total on total.scope_id = execution.id
        and total.accepted = total.sent + total.delivered + total.bounced + total.failed + total.uncertain + total.excluded
      where execution.erased_at is null and execution.finished_at is not null
        and ${before(sql`${Math.min(marketingDays, transactionalDays)}::int`)}
        and ${before(sql`case campaign.category when 'MARKETING' then ${marketingDays}::int else ${transactionalDays}::int end`)}
        and (${finishedFrom}::timestamptz is null or execution.finished_at >= ${finishedFrom}::timestamptz)
        and execution.campaign_id <> all(${exceptCampaignIds}::uuid[])
      order by execution.finished_at limit ${executionsMax}`;
}
