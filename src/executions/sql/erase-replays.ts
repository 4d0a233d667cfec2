import { type RawBuilder, sql } from "kysely";

export type ReplayChunk = {
  readonly replayDays: number;
  readonly limit: number;
  /** Their messages keep what they have for now. */
  readonly exceptCampaignIds: readonly string[];
};

/** Along `message_kept`, the oldest first. From then on these messages cannot be replayed, also when the period is made longer. */
export function eraseReplays(chunk: ReplayChunk): RawBuilder<{ count: number }> {
  return sql`
    with expired as (${expired(chunk)} for update skip locked),
    erased as (
      update message set sealed = null, context = null, profile_data = null, kept_since = null
      where id in (select id from expired)
      returning id
    )
    select count(*) as count from erased`;
}

/** The campaign of the first message that a chunk would take. */
export function selectCampaignOfReplays(chunk: ReplayChunk): RawBuilder<{ campaignId: string }> {
  return sql`select campaign_id as "campaignId" from (${expired(chunk)}) expired limit 1`;
}

function expired({ replayDays, limit, exceptCampaignIds }: ReplayChunk): RawBuilder<unknown> {
  return sql`
    select id, campaign_id from message
    where kept_since <= now() - ${replayDays}::int * interval '1 day' and campaign_id <> all(${exceptCampaignIds}::uuid[])
    order by kept_since limit ${limit}`;
}
