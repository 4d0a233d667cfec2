import { type RawBuilder, sql } from "kysely";
import type { RecipientFacts, RecipientLookup } from "../resolve-recipients.ts";

export type Question = RecipientLookup & { readonly value: string; readonly addressNamespace: string };

/**
 * A few look-ups by key a recipient, in one statement; rows come back in the order of the questions. Each is a subquery with a
 * limit: as plain joins, a planner without statistics once searched 10,000 identities for each of them, and `exists` reads
 * every suppression into a hash. What must not choose another index is compared under `is true`.
 */
export function selectRecipientFacts(questions: readonly Question[]): RawBuilder<RecipientFacts> {
  return sql`
    select identity.profile_id as "profileId",
           own.value as "profileAddress",
           (select state from profile_consent
            where profile_id = coalesce(identity.profile_id, known.profile_id) and channel = asked.channel) as consent,
           coalesce(
             (select true from suppression where channel = asked.channel and kind = 'ADDRESS' and value = address.key limit 1),
             (select true from suppression
              where channel = asked.channel and kind = 'DOMAIN' and value = split_part(address.key, '@', 2) limit 1),
             false
           ) as "isSuppressed"
    from unnest(${questions.map((q) => q.channel)}::text[], ${questions.map((q) => q.namespace)}::text[],
                ${questions.map((q) => q.value)}::text[], ${questions.map((q) => q.isExternal)}::boolean[],
                ${questions.map((q) => q.givenAddress)}::text[], ${questions.map((q) => q.addressNamespace)}::text[])
      with ordinality as asked (channel, namespace, value, is_external, given_address, address_namespace, position)
    left join lateral (
      select profile_id from profile_identity
      where not asked.is_external and namespace = asked.namespace and value = asked.value limit 1
    ) identity on true
    left join lateral (
      select value from profile_identity
      where asked.given_address is null and profile_id = identity.profile_id and (namespace = asked.address_namespace) is true
      order by created_at desc, value limit 1
    ) own on true
    cross join lateral (
      select case asked.channel when 'EMAIL' then lower(coalesce(asked.given_address, own.value))
                                else coalesce(asked.given_address, own.value) end as key
    ) address
    left join lateral (
      select profile_id from profile_identity
      where asked.is_external and namespace = asked.address_namespace and value = address.key limit 1
    ) known on true
    order by asked.position`;
}
