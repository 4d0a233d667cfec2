import { type RawBuilder, sql } from "kysely";
import { withinReach } from "../../access/index.ts";
import type { Actor } from "../../storage/index.ts";
import type { SandboxFilter, SandboxMessage } from "../sandbox-mailbox.ts";

type Filter = Pick<SandboxFilter, "campaignId"> & {
  readonly actor: Actor;
  /** What the address may be stored as; null takes every one. */
  readonly addressKeys: readonly string[] | null;
};
type Row = Omit<SandboxMessage, "at"> & { readonly at: string };

const where = (filter: Filter): RawBuilder<unknown> => sql`
  (${filter.campaignId ?? null}::uuid is null or campaign_id = ${filter.campaignId ?? null}::uuid)
  and (${filter.addressKeys}::text[] is null or coalesce(address_key, address) = any(${filter.addressKeys}::text[]))
  and ${withinReach(filter.actor, sql`sandbox_message.campaign_id`)}`;

export function selectSandboxMessages(
  filter: Filter & { readonly after: string | null; readonly limit: number },
): RawBuilder<Row> {
  return sql`
    select id, key, channel, address, user_id as "userId", campaign_id as "campaignId", execution_id as "executionId", content, at,
           hand_overs as "handOvers"
    from sandbox_message
    where ${where(filter)} and (${filter.after}::uuid is null or id > ${filter.after}::uuid)
    order by id limit ${filter.limit}`;
}

export function countSandboxMessages(filter: Filter): RawBuilder<{ count: number }> {
  return sql`select count(*) as count from sandbox_message where ${where(filter)}`;
}
