import { type RawBuilder, sql } from "kysely";
import { addressNamespaces } from "../identity.ts";
import type { RecipientFacts, RecipientLookup } from "../resolve-recipients.ts";

/**
 * A few look-ups by key a recipient, in one statement; rows come back in the order of the look-ups. Each is a subquery with a
 * limit: as plain joins, a planner without statistics once searched 10,000 identities for each of them, and `exists` reads
 * every suppression into a hash. What must not choose another index is compared under `is true`.
 */
export function selectRecipientFacts(lookups: readonly RecipientLookup[]): RawBuilder<RecipientFacts> {
  return sql`
    select identity.profile_id as "profileId",
           own.address as "profileAddress",
           (select state from profile_consent
            where profile_id = coalesce(identity.profile_id, known.profile_id) and channel = asked.channel) as consent,
           coalesce(
             (select true from suppression where channel = asked.channel and kind = 'ADDRESS' and value = address.key limit 1),
             (select true from suppression
              where channel = asked.channel and kind = 'DOMAIN' and value = split_part(address.key, '@', 2) limit 1),
             false
           ) as "isSuppressed"
    from unnest(${lookups.map(({ channel }) => channel)}::text[], ${lookups.map(({ identity }) => identity.namespace)}::text[],
                ${lookups.map(({ identity }) => identity.value)}::text[], ${lookups.map(({ isExternal }) => isExternal)}::boolean[],
                ${lookups.map(({ addressKey }) => addressKey)}::text[],
                ${lookups.map(({ channel }) => addressNamespaces[channel])}::text[])
      with ordinality as asked (channel, namespace, value, is_external, address_key, address_namespace, position)
    left join lateral (
      select profile_id from profile_identity
      where not asked.is_external and namespace = asked.namespace and value = asked.value limit 1
    ) identity on true
    left join lateral (
      select value, coalesce(profile_identity.address, value) as address from profile_identity
      where asked.address_key is null and profile_id = identity.profile_id and (namespace = asked.address_namespace) is true
      order by is_primary desc, created_at, value limit 1
    ) own on true
    cross join lateral (select coalesce(asked.address_key, own.value) as key) address
    left join lateral (
      select profile_id from profile_identity
      where asked.is_external and namespace = asked.address_namespace and value = address.key limit 1
    ) known on true
    order by asked.position`;
}
