import { type RawBuilder, sql } from "kysely";
import type { RecipientFacts, RecipientLookup } from "../resolve-recipients.ts";

export type Question = RecipientLookup & { readonly value: string; readonly addressNamespace: string };

/** Four look-ups by primary key a recipient, in one statement; rows come back in the order of the questions. */
export function selectRecipientFacts(questions: readonly Question[]): RawBuilder<RecipientFacts> {
  return sql`
    select identity.profile_id as "profileId",
           own.value as "profileAddress",
           consent.state as consent,
           (suppressed.value is not null or suppressed_domain.value is not null) as "isSuppressed"
    from unnest(${questions.map((q) => q.channel)}::text[], ${questions.map((q) => q.namespace)}::text[],
                ${questions.map((q) => q.value)}::text[], ${questions.map((q) => q.isExternal)}::boolean[],
                ${questions.map((q) => q.givenAddress)}::text[], ${questions.map((q) => q.addressNamespace)}::text[])
      with ordinality as asked (channel, namespace, value, is_external, given_address, address_namespace, position)
    left join profile_identity identity
      on not asked.is_external and identity.namespace = asked.namespace and identity.value = asked.value
    left join lateral (
      select value from profile_identity
      where profile_id = identity.profile_id and namespace = asked.address_namespace
      order by created_at desc, value limit 1
    ) own on asked.given_address is null
    left join lateral (select lower(coalesce(asked.given_address, own.value)) as lowered, coalesce(asked.given_address, own.value) as plain) address on true
    left join profile_identity known
      on asked.is_external and known.namespace = asked.address_namespace
      and known.value = case asked.channel when 'EMAIL' then address.lowered else address.plain end
    left join profile_consent consent
      on consent.profile_id = coalesce(identity.profile_id, known.profile_id) and consent.channel = asked.channel
    left join suppression suppressed
      on suppressed.channel = asked.channel and suppressed.kind = 'ADDRESS'
      and suppressed.value = case asked.channel when 'EMAIL' then address.lowered else address.plain end
    left join suppression suppressed_domain
      on asked.channel = 'EMAIL' and suppressed_domain.channel = 'EMAIL' and suppressed_domain.kind = 'DOMAIN'
      and suppressed_domain.value = split_part(address.lowered, '@', 2)
    order by asked.position`;
}
