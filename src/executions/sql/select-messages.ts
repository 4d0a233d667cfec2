import { type RawBuilder, sql } from "kysely";
import { withinReach } from "../../access/index.ts";
import type { Actor } from "../../storage/index.ts";
import type { Execution } from "../execution.entity.ts";
import type { Message, MessageEvent, MessageStatus } from "../message.ts";

type Instants = "acceptedAt" | "availableAt" | "claimedAt" | "handedAt" | "settledAt" | "keptSince" | "history";
export type MessageRow = Omit<Message, Instants> & {
  readonly acceptedAt: string;
  readonly availableAt: string;
  readonly claimedAt: string | null;
  readonly handedAt: string | null;
  readonly settledAt: string | null;
  readonly keptSince: string | null;
  readonly history: readonly (Omit<MessageEvent, "at"> & { readonly at: string })[] | null;
};

/** SENDING is a claimed message of a batch that is sending. */
export const messageStatus: RawBuilder<MessageStatus> = sql`case when batch.sending_at is not null then 'SENDING' else message.status end`;

export const shown: RawBuilder<unknown> = sql`
  message.id, message.execution_id as "executionId", message.campaign_id as "campaignId", message.version_id as "versionId",
  ${messageStatus} as status, message.recipient_type as "recipientType", message.namespace, message.user_id as "userId",
  message.address, message.exclusion, message.exclusion_detail as "exclusionDetail", message.attempts, message.error,
  message.error_code as "errorCode", case when execution.status <> 'CANCELLED' then message.kept_since end as "keptSince",
  message.provider_message_id as "providerMessageId", execution.accepted_at as "acceptedAt", message.available_at as "availableAt",
  message.claimed_at as "claimedAt", message.handed_at as "handedAt", message.settled_at as "settledAt", message.history`;

export const joined: RawBuilder<unknown> = sql`
  message left join batch on message.status = 'CLAIMED' and batch.id = message.batch_id
  join execution on execution.id = message.execution_id`;

export function selectMessage(id: string, actor: Actor): RawBuilder<MessageRow> {
  return sql`select ${shown} from ${joined} where message.id = ${id} and ${withinReach(actor, sql`message.campaign_id`)}`;
}

type MessagePage = {
  readonly execution: Pick<Execution, "id" | "firstMessageId" | "lastMessageId">;
  readonly status: MessageStatus | null;
  readonly size: number;
  readonly after: string | null;
};

const asked = (pages: readonly MessagePage[]): RawBuilder<unknown> => sql`
  unnest(${pages.map((page) => page.execution.id)}::uuid[], ${pages.map((page) => page.execution.firstMessageId)}::uuid[],
         ${pages.map((page) => page.execution.lastMessageId)}::uuid[], ${pages.map((page) => page.status)}::text[],
         ${pages.map((page) => page.size)}::int[], ${pages.map((page) => page.after)}::uuid[])
    with ordinality as asked (execution_id, first_id, last_id, status, size, after, position)`;

/** The ids of an execution lie between its first and its last: the primary key alone finds them. */
const isOfAsked = sql`
  message.id between asked.first_id and asked.last_id and message.execution_id = asked.execution_id
  and (asked.status is null or ${messageStatus} = asked.status)`;

/** One row more than a page holds, so that the reader knows whether more follows. */
export function selectMessagePages(pages: readonly MessagePage[]): RawBuilder<MessageRow & { readonly position: number }> {
  return sql`
    select (asked.position - 1)::int as position, page.*
    from ${asked(pages)}
    cross join lateral (
      select ${shown} from ${joined}
      where ${isOfAsked} and (asked.after is null or message.id > asked.after)
      order by message.id limit asked.size + 1
    ) page
    order by asked.position, page.id`;
}

/** In the order of `pages`. */
export function countMessages(pages: readonly MessagePage[]): RawBuilder<{ count: number }> {
  return sql`
    select (select count(*) from ${joined} where ${isOfAsked}) as count
    from ${asked(pages)} order by asked.position`;
}

export function selectSettledSince(input: {
  readonly campaignId: string;
  readonly since: Date;
  readonly afterId: string | null;
  readonly limit: number;
}): RawBuilder<MessageRow> {
  return sql`
    select ${shown} from ${joined}
    where message.campaign_id = ${input.campaignId} and message.settled_at >= ${input.since.toISOString()}::timestamptz
      and (${input.afterId}::uuid is null or (message.settled_at, message.id) > (${input.since.toISOString()}::timestamptz, ${input.afterId}::uuid))
    order by message.settled_at, message.id limit ${input.limit}`;
}
