import { type RawBuilder, sql } from "kysely";
import type { NewExecution, NewMessage } from "../accept/plan-execution.ts";
import { countChanges } from "./count-changes.ts";

/**
 * Executions, their messages and all totals in one statement: about 45,000 recipients a second in calls of 1,000.
 * An execution whose requestId somebody else committed first is left out with its messages; its id is not returned.
 * Lists arrive as arrays, one a column, so the statement is the same text whatever their length.
 */
export function insertExecutions(
  executions: readonly NewExecution[],
  messages: readonly NewMessage[],
): RawBuilder<{ id: string }> {
  const e = <K extends keyof NewExecution>(name: K): NewExecution[K][] => executions.map((execution) => execution[name]);
  const m = <K extends keyof NewMessage>(name: K): NewMessage[K][] => messages.map((message) => message[name]);
  return sql`
    with accepted as (
      insert into execution (id, campaign_id, version_id, request_id, fingerprint, status, accepted_at, execute_at, accepted_count,
        excluded_count, planned_finish_at, window_ends_at, finished_at, first_message_id, last_message_id, actor_id)
      select id, campaign_id, version_id, request_id, fingerprint, status, accepted_at, execute_at, accepted_count,
        excluded_count, planned_finish_at, window_ends_at, case status when 'FINISHED' then accepted_at end,
        first_message_id, last_message_id, actor_id
      from unnest(${e("id")}::uuid[], ${e("campaignId")}::uuid[], ${e("versionId")}::uuid[], ${e("requestId")}::text[],
                  ${e("fingerprint")}::bytea[], ${e("status")}::text[], ${e("acceptedAt")}::timestamptz[], ${e("executeAt")}::timestamptz[],
                  ${e("acceptedCount")}::int[], ${e("excludedCount")}::int[], ${e("plannedFinishAt")}::timestamptz[],
                  ${e("windowEndsAt")}::timestamptz[], ${e("firstMessageId")}::uuid[], ${e("lastMessageId")}::uuid[], ${e("actorId")}::text[])
        as given (id, campaign_id, version_id, request_id, fingerprint, status, accepted_at, execute_at, accepted_count,
                  excluded_count, planned_finish_at, window_ends_at, first_message_id, last_message_id, actor_id)
      order by campaign_id, request_id
      on conflict (campaign_id, request_id) do nothing
      returning id, campaign_id, version_id, accepted_at, execute_at
    ),
    changed as (
      insert into message (id, execution_id, campaign_id, version_id, status, attempts, available_at, profile_id, recipient_type,
        namespace, user_id, address, context, profile_data, exclusion, exclusion_detail, settled_at)
      select given.id, accepted.id, accepted.campaign_id, accepted.version_id,
        case when given.exclusion is null then 'QUEUED' else 'EXCLUDED' end, 0, coalesce(accepted.execute_at, accepted.accepted_at),
        given.profile_id, given.recipient_type, given.namespace, given.user_id, given.address, given.context::json, given.profile_data::json,
        given.exclusion, given.exclusion_detail, case when given.exclusion is not null then accepted.accepted_at end
      from unnest(${m("id")}::uuid[], ${m("executionId")}::uuid[], ${m("profileId")}::uuid[], ${m("recipientType")}::text[],
                  ${m("namespace")}::text[], ${m("userId")}::text[], ${m("address")}::text[], ${m("context")}::text[],
                  ${m("profileData")}::text[], ${m("exclusion")}::text[], ${m("exclusionDetail")}::text[])
        as given (id, execution_id, profile_id, recipient_type, namespace, user_id, address, context, profile_data, exclusion, exclusion_detail)
      join accepted on accepted.id = given.execution_id
      returning campaign_id, execution_id, null as was, status as is_now, exclusion
    ),
    ${countChanges}
    select id from accepted`;
}
