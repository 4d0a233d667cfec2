import { type RawBuilder, sql } from "kysely";
import { withinReach } from "../../access/index.ts";
import type { Actor } from "../../storage/index.ts";
import type { MessageStatus } from "../message.ts";
import { joined, type MessageRow, messageStatus, shown } from "./select-messages.ts";

/** Where an address is known, in the one form in which it is compared. */
const key = sql`coalesce(message.address_key, message.address)`;

/** Who is meant. Both have to hold where both are given; null asks for nothing. */
export type Person = {
  /** As a call named them, and the address that this is, if it is one. */
  readonly userId: { readonly text: string; readonly addressKeys: readonly string[] } | null;
  /** In every form that the text has as an address of some channel. */
  readonly addressKeys: readonly string[] | null;
  /** Of a profile: its own messages, and those to its addresses. */
  readonly profile: { readonly id: string; readonly names: readonly string[]; readonly addressKeys: readonly string[] } | null;
};

export type MessageQuestion = {
  readonly person: Person | null;
  readonly campaignId: string | null;
  readonly executionId: string | null;
  readonly statuses: readonly MessageStatus[] | null;
  readonly since: Date | null;
  readonly until: Date | null;
  readonly actor: Actor;
};

type MessagesPage = { readonly after: string | null; readonly limit: number };

function isPerson({ userId, addressKeys, profile }: Person): RawBuilder<unknown> {
  const isUser = userId ? sql`(message.user_id = ${userId.text} or ${key} = any(${userId.addressKeys}::text[]))` : sql`true`;
  const isAddress = addressKeys ? sql`${key} = any(${addressKeys}::text[])` : sql`true`;
  const isProfile = profile
    ? sql`(message.profile_id = ${profile.id} or ${key} = any(${profile.addressKeys}::text[]))`
    : sql`true`;
  return sql`(${isUser} and ${isAddress} and ${isProfile})`;
}

function namesOf({ userId, addressKeys, profile }: Person): string[] {
  const names = userId ? [userId.text, ...userId.addressKeys] : (addressKeys ?? profile?.names ?? []);
  return [...new Set(names)];
}

/** Ids of a person's messages: two look-ups by hash for each of their names, and the few messages that are under way. */
function idsOf(person: Person): RawBuilder<unknown> {
  const names = namesOf(person);
  return sql`
    select message.id from unnest(${names}::text[]) as name
    cross join lateral (
      select id from message where status <> 'CLAIMED' and hashtext(user_id) = hashtext(name) and user_id = name
      union all
      select id from message
      where status <> 'CLAIMED' and coalesce(address_key, address) <> user_id
        and hashtext(coalesce(address_key, address)) = hashtext(name) and coalesce(address_key, address) = name
      union all
      select id from message where status = 'CLAIMED' and (user_id = name or coalesce(address_key, address) = name)
    ) message
    group by message.id`;
}

function isWanted({ campaignId, executionId, statuses, since, until, actor }: MessageQuestion): RawBuilder<unknown> {
  const conditions = [
    campaignId === null ? null : sql`message.campaign_id = ${campaignId}::uuid`,
    executionId === null ? null : sql`message.execution_id = ${executionId}::uuid`,
    statuses === null ? null : sql`${messageStatus} = any(${statuses}::text[])`,
    since === null ? null : sql`execution.accepted_at >= ${since.toISOString()}::timestamptz`,
    until === null ? null : sql`execution.accepted_at < ${until.toISOString()}::timestamptz`,
    withinReach(actor, sql`message.campaign_id`),
  ];
  return sql.join(
    conditions.filter((condition) => condition !== null),
    sql` and `,
  );
}

/** Newest first. The ids are few; each row is then read by its key, whatever a planner without statistics thinks of the table. */
export function selectMessagesOfPerson(question: MessageQuestion, person: Person, page: MessagesPage): RawBuilder<MessageRow> {
  return sql`
    with found as materialized (${idsOf(person)})
    select page.* from found
    cross join lateral (
      select ${shown} from ${joined}
      where message.id = found.id and ${isPerson(person)} and ${isWanted(question)} limit 1
    ) page
    where ${page.after}::uuid is null or page.id < ${page.after}::uuid
    order by page.id desc limit ${page.limit}`;
}

export function countMessagesOfPerson(question: MessageQuestion, person: Person): RawBuilder<{ count: number }> {
  return sql`
    with found as materialized (${idsOf(person)})
    select count(*) as count from found
    cross join lateral (
      select message.id from ${joined}
      where message.id = found.id and ${isPerson(person)} and ${isWanted(question)} limit 1
    ) page`;
}

const executionsOf = ({ campaignId, executionId }: MessageQuestion): RawBuilder<unknown> => sql`
  (${campaignId}::uuid is null or asked.campaign_id = ${campaignId}::uuid)
  and (${executionId}::uuid is null or asked.id = ${executionId}::uuid)`;

/** The newest execution first, and in it the last recipient: along the executions of the campaign, a range of ids each. */
export function selectMessagesOfCampaign(question: MessageQuestion, page: MessagesPage): RawBuilder<MessageRow> {
  const { after } = page;
  const last = sql`(select execution_id from message where id = ${after}::uuid)`;
  return sql`
    select page.* from execution asked
    cross join lateral (
      select ${shown} from ${joined}
      where message.id between asked.first_message_id and asked.last_message_id and message.execution_id = asked.id
        and (${after}::uuid is null or asked.id < ${last} or message.id < ${after}::uuid) and ${isWanted(question)}
      order by message.id desc limit ${page.limit}
    ) page
    where ${executionsOf(question)} and (${after}::uuid is null or asked.id <= ${last})
    order by asked.id desc, page.id desc limit ${page.limit}`;
}

export function countMessagesOfCampaign(question: MessageQuestion): RawBuilder<{ count: number }> {
  return sql`
    select count(*) as count from execution asked
    join lateral (
      select message.id from ${joined}
      where message.id between asked.first_message_id and asked.last_message_id and message.execution_id = asked.id
        and ${isWanted(question)}
    ) page on true
    where ${executionsOf(question)}`;
}
