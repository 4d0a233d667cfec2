import { type RawBuilder, sql } from "kysely";

/** Along `message_kept`, the oldest first. From then on these messages cannot be replayed, also when the period is made longer. */
export function eraseReplays(replayDays: number, limit: number): RawBuilder<{ count: number }> {
  return sql`
    with expired as (
      select id from message where kept_since <= now() - ${replayDays}::int * interval '1 day'
      order by kept_since limit ${limit}
      for update skip locked
    ),
    erased as (
      update message set sealed = null, context = null, profile_data = null, kept_since = null
      where id in (select id from expired)
      returning id
    )
    select count(*)::int as count from erased`;
}
