import { type RawBuilder, sql } from "kysely";
import type { NewExecution, NewMessage } from "../accept/plan-execution.ts";
import { windowHours } from "../rate-plan.ts";
import { countAccepted, countChanges } from "./count-changes.ts";

/** Instants as PostgreSQL's text. */
export type WrittenExecution = {
  readonly id: string;
  readonly acceptedAt: string;
  readonly plannedFinishAt: string | null;
  readonly windowEndsAt: string;
};

const asPlanned = sql`given`;

/**
 * When the newest execution was accepted: nothing is accepted before what was accepted earlier, so that a clock that is set back does
 * not change the order in which messages go. One that is further ahead than this comes from a clock that was wrong, and is not followed.
 */
const newestAccepted = sql`
  (select accepted_at from (select accepted_at from execution order by id desc limit 1) newest
   where accepted_at < now() + interval '2 hours')`;

/**
 * Only for campaigns that still are what the plan was made for, and stay so until the commit. One that somebody has locked
 * is about to change: its calls are left out as well.
 */
const whereUnchanged = sql`
  (select given.* from given join unchanged on unchanged.id = given.campaign_id and unchanged.live_version_id = given.version_id
     and (given.label_revision is null or given.label_revision = unchanged.revision)
     and given.default_country is not distinct from unchanged.default_country)`;

const unchanged = sql`
  select id, live_version_id, revision,
    case channel when 'SMS' then
      (select default_country from campaign_version version join channel_configuration on channel_configuration.id = channel_configuration_id
       where version.id = live_version_id)
    end as default_country
  from campaign
  where id = any(array(select campaign_id from given))
    and (status in ('LIVE', 'PAUSED') and delivery_rate is null and coalesce(opens_at <= clock_timestamp(), true)
         and coalesce(closes_at > clock_timestamp(), true)) is true
  order by id for share skip locked`;

/**
 * Executions, their messages and all totals in one statement: about 45,000 recipients a second in calls of 1,000.
 * An execution whose requestId somebody else committed first is left out with its messages, and is not among the rows.
 * With `ifUnchanged` so is one whose campaign is no longer running unthrottled with the given version: then the statement
 * needs no transaction around it. Lists arrive as arrays, one a column, so it is the same text whatever their length.
 */
export function insertExecutions(
  executions: readonly NewExecution[],
  messages: readonly NewMessage[],
  options: { readonly ifUnchanged: boolean },
): RawBuilder<WrittenExecution> {
  const e = <K extends keyof NewExecution>(name: K): NewExecution[K][] => executions.map((execution) => execution[name]);
  // Its name comes first: pg_stat_activity shows the first 1,024 bytes of a statement.
  return sql`
    /* insert executions */ with given as materialized (
      select *, coalesce(execute_at, accepted_at) as starts_at
      from (
        select id, campaign_id, version_id, request_id, fingerprint, status, greatest(coalesce(accepted_at, now()), ${newestAccepted})::timestamptz(3) as accepted_at,
               execute_at, accepted_count, excluded_count, planned_seconds, first_message_id, last_message_id, actor_id, label_revision, default_country
        from unnest(${e("id")}::uuid[], ${e("campaignId")}::uuid[], ${e("versionId")}::uuid[], ${e("requestId")}::text[],
                    ${e("fingerprint")}::bytea[], ${e("status")}::text[], ${e("acceptedAt")}::timestamptz[], ${e("executeAt")}::timestamptz[],
                    ${e("acceptedCount")}::int[], ${e("excludedCount")}::int[], ${e("plannedSeconds")}::float8[],
                    ${e("firstMessageId")}::uuid[], ${e("lastMessageId")}::uuid[], ${e("actorId")}::text[], ${e("labelRevision")}::int[], ${e("defaultCountry")}::text[])
          as given (id, campaign_id, version_id, request_id, fingerprint, status, accepted_at, execute_at, accepted_count,
                    excluded_count, planned_seconds, first_message_id, last_message_id, actor_id, label_revision, default_country)
      ) as given
    ),
    ${options.ifUnchanged ? sql`unchanged as materialized (${unchanged}),` : sql``}
    accepted as (
      insert into execution (id, campaign_id, version_id, request_id, fingerprint, status, accepted_at, execute_at, accepted_count,
        excluded_count, planned_finish_at, window_ends_at, finished_at, first_message_id, last_message_id, actor_id)
      select id, campaign_id, version_id, request_id, fingerprint, status, accepted_at, execute_at, accepted_count, excluded_count,
        case status when 'FINISHED' then accepted_at else (starts_at + planned_seconds * interval '1 second')::timestamptz(3) end,
        starts_at + ${sql.lit(`${windowHours} hours`)}::interval, case status when 'FINISHED' then accepted_at end,
        first_message_id, last_message_id, actor_id
      from ${options.ifUnchanged ? whereUnchanged : asPlanned} as taken
      order by campaign_id, request_id
      on conflict (campaign_id, request_id) do nothing
      returning id, campaign_id, version_id, accepted_at, execute_at, planned_finish_at, window_ends_at
    ),
    ${changed(messages)},
    ${messages.some(({ exclusion }) => exclusion !== null) ? countChanges : countAccepted}
    select id, accepted_at::text as "acceptedAt", planned_finish_at::text as "plannedFinishAt", window_ends_at::text as "windowEndsAt"
    from accepted`;
}

/** Further messages of executions that the same transaction inserted, none of them excluded. */
export function insertMessages(messages: readonly NewMessage[]): RawBuilder<unknown> {
  return sql`
    /* insert messages */ with accepted as (
      select id, campaign_id, version_id, accepted_at, execute_at from execution
      where id = any(${[...new Set(messages.map(({ executionId }) => executionId))]}::uuid[])
    ),
    ${changed(messages)},
    ${countAccepted}
    select 1`;
}

/** The CTE `changed`, after one named `accepted`: their executions. */
function changed(messages: readonly NewMessage[]): RawBuilder<unknown> {
  const m = <K extends keyof NewMessage>(name: K): NewMessage[K][] => messages.map((message) => message[name]);
  const json = (name: "context" | "profileData") => messages.map((message) => message[name]?.text() ?? null);
  return sql`changed as (
      insert into message (id, execution_id, campaign_id, version_id, status, attempts, available_at, profile_id, recipient_type,
        namespace, user_id, address, address_key, context, profile_data, exclusion, exclusion_detail, settled_at)
      select given.id, accepted.id, accepted.campaign_id, accepted.version_id,
        case when given.exclusion is null then 'QUEUED' else 'EXCLUDED' end, 0, coalesce(accepted.execute_at, accepted.accepted_at),
        given.profile_id, given.recipient_type, given.namespace, given.user_id, given.address, given.address_key, given.context::json,
        given.profile_data::json, given.exclusion, given.exclusion_detail, case when given.exclusion is not null then accepted.accepted_at end
      from unnest(${m("id")}::uuid[], ${m("executionId")}::uuid[], ${m("profileId")}::uuid[], ${m("recipientType")}::text[],
                  ${m("namespace")}::text[], ${m("userId")}::text[], ${m("address")}::text[], ${m("addressKey")}::text[],
                  ${json("context")}::text[], ${json("profileData")}::text[], ${m("exclusion")}::text[], ${m("exclusionDetail")}::text[])
        as given (id, execution_id, profile_id, recipient_type, namespace, user_id, address, address_key, context, profile_data, exclusion,
                  exclusion_detail)
      join accepted on accepted.id = given.execution_id
      returning campaign_id, execution_id, null as was, status as is_now, exclusion
    )`;
}
