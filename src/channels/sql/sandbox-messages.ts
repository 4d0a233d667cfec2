import { type RawBuilder, sql } from "kysely";
import type { SandboxEntry } from "../providers/sandbox/sandbox.ts";

/** Each key once. The entry's id is the message's own key (a UUIDv7), so the mailbox reads in the order of acceptance. */
export function insertSandboxMessages(entries: readonly SandboxEntry[]): RawBuilder<unknown> {
  const column = <K extends keyof SandboxEntry>(name: K): SandboxEntry[K][] => entries.map((entry) => entry[name]);
  return sql`
    insert into sandbox_message (id, key, channel, address, address_key, user_id, campaign_id, execution_id, content, at, hand_overs)
    select key::uuid, key, channel, address, address_key, user_id, campaign_id, execution_id, content::jsonb, at, hand_overs
    from unnest(${column("key")}::text[], ${column("channel")}::text[], ${column("address")}::text[], ${column("addressKey")}::text[],
                ${column("userId")}::text[], ${column("campaignId")}::uuid[], ${column("executionId")}::uuid[], ${column("content")}::text[], ${column("at")}::timestamptz[],
                ${column("handOvers")}::int[])
      as entry (key, channel, address, address_key, user_id, campaign_id, execution_id, content, at, hand_overs)
    on conflict (key) do update set hand_overs = sandbox_message.hand_overs + excluded.hand_overs`;
}

/** Keeps the newest. The offset walks the primary key once per some thousand messages. */
export function trimSandboxMessages(messagesMax: number): RawBuilder<unknown> {
  return sql`
    delete from sandbox_message
    where id <= (select id from sandbox_message order by id desc offset ${messagesMax} limit 1)`;
}
