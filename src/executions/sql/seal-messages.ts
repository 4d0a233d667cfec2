import { type RawBuilder, sql } from "kysely";
import type { ContextText } from "../sealed-context.ts";

export type Unsealed = {
  readonly max: { readonly messages: number; readonly bytes: number };
  /** Of this campaign alone; of all if null. */
  readonly only: string | null;
  /** Of none of these campaigns. */
  readonly except: readonly string[];
};

/**
 * Oldest first, along `message_unsealed`; at least one, whatever its size. Rows that somebody else holds are passed
 * over: whoever seals waits for nobody.
 */
export function selectUnsealed({ max, only, except }: Unsealed): RawBuilder<ContextText & { campaignId: string }> {
  return sql`
    with unsealed as (
      select id, campaign_id, context::text as context, profile_data::text as profile_data from message
      where status in ('FAILED', 'UNCERTAIN') and (context is not null or profile_data is not null)
        and campaign_id <> all(${except}::uuid[]) and (${only}::uuid is null or campaign_id = ${only}::uuid)
      order by id limit ${max.messages}
      for update skip locked
    ),
    measured as (
      select *, coalesce(octet_length(context), 0) + coalesce(octet_length(profile_data), 0) as bytes from unsealed
    ),
    summed as (select *, sum(bytes) over (order by id) - bytes as bytes_before from measured)
    select id, campaign_id as "campaignId", context, profile_data as "profileData" from summed where bytes_before < ${max.bytes} order by id`;
}

/** A message that was replayed meanwhile keeps what it has. */
export function updateSealed(rows: readonly { readonly id: string; readonly sealed: Uint8Array }[]): RawBuilder<unknown> {
  return sql`
    update message set sealed = given.sealed, context = null, profile_data = null
    from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as given (id, sealed)
    where message.id = given.id and message.status in ('FAILED', 'UNCERTAIN')`;
}
