import { type RawBuilder, sql } from "kysely";
import type { Channel } from "../../base/index.ts";
import type { ConsentState } from "../consent.ts";
import type { Identity, StoredIdentity } from "../identity.ts";
import type { ProfileSource } from "../profile.entity.ts";

export type OwnedIdentity = StoredIdentity & { readonly profileId: string };
export type KnownIdentity = Identity & { readonly profileId: string };

/**
 * Profiles for identities that nobody has yet; whoever lost a race to another transaction is left out. Sorted,
 * so that two calls with the same people in another order cannot deadlock.
 */
export function insertMissingProfiles(identities: readonly OwnedIdentity[], source: ProfileSource): RawBuilder<{ id: string }> {
  return sql`
    with identity as (
      insert into profile_identity (namespace, value, address, profile_id, created_at)
      select namespace, value, address, profile_id, now() from ${given(identities)}
      order by namespace, value
      on conflict do nothing
      returning profile_id
    )
    insert into profile (id, attributes, source, created_at, updated_at)
    select profile_id, '{}', ${source}, now(), now() from identity
    returning id`;
}

export function selectProfileIds(identities: readonly Identity[]): RawBuilder<KnownIdentity> {
  return sql`
    select namespace, value, profile_id as "profileId" from profile_identity
    where (namespace, value) in (
      select * from unnest(${identities.map((i) => i.namespace)}::text[], ${identities.map((i) => i.value)}::text[]))`;
}

export type ProfileChange = {
  readonly profileId: string;
  readonly attributes: string;
  readonly timeZone: string | null;
  readonly locale: string | null;
};

/** In the order of ids, so that two calls with the same people in another order wait for each other and never deadlock. */
export function lockProfiles(profileIds: readonly string[]): RawBuilder<unknown> {
  return sql`select from profile where id = any(${profileIds}::uuid[]) order by id for update`;
}

export function mergeProfiles(changes: readonly ProfileChange[]): RawBuilder<unknown> {
  return sql`
    update profile set
      attributes = profile.attributes || given.attributes::jsonb,
      time_zone = coalesce(given.time_zone, profile.time_zone),
      locale = coalesce(given.locale, profile.locale),
      source = 'API',
      updated_at = now()
    from unnest(${changes.map((c) => c.profileId)}::uuid[], ${changes.map((c) => c.attributes)}::text[],
                ${changes.map((c) => c.timeZone)}::text[], ${changes.map((c) => c.locale)}::text[])
      as given (profile_id, attributes, time_zone, locale)
    where profile.id = given.profile_id`;
}

export function insertIdentities(identities: readonly OwnedIdentity[]): RawBuilder<unknown> {
  return sql`
    insert into profile_identity (namespace, value, address, profile_id, created_at)
    select namespace, value, address, profile_id, now() + position * interval '1 microsecond' from ${given(identities)}
    order by namespace, value
    on conflict do nothing`;
}

/** Positions in the list, from 1. */
export function selectTakenIdentities(identities: readonly OwnedIdentity[]): RawBuilder<{ position: number }> {
  return sql`
    select position::int from ${given(identities)} join profile_identity kept using (namespace, value)
    where kept.profile_id <> given.profile_id order by position`;
}

/** Only where they are the profile's own. */
export function deleteIdentities(identities: readonly OwnedIdentity[]): RawBuilder<unknown> {
  return sql`
    delete from profile_identity using ${given(identities)}
    where profile_identity.namespace = given.namespace and profile_identity.value = given.value
      and profile_identity.profile_id = given.profile_id`;
}

/** Each becomes the one of its namespace; at most one a profile and namespace. */
export function markPrimary(identities: readonly OwnedIdentity[]): RawBuilder<unknown> {
  return sql`
    update profile_identity set is_primary = profile_identity.value = given.value
    from ${given(identities)}
    where profile_identity.profile_id = given.profile_id and profile_identity.namespace = given.namespace`;
}

const given = (identities: readonly OwnedIdentity[]): RawBuilder<unknown> => sql`
  unnest(${identities.map((i) => i.namespace)}::text[], ${identities.map((i) => i.value)}::text[],
         ${identities.map((i) => i.address)}::text[], ${identities.map((i) => i.profileId)}::uuid[])
    with ordinality as given (namespace, value, address, profile_id, position)`;

export type OwnedConsent = { readonly profileId: string; readonly channel: Channel; readonly state: ConsentState };

/** UNKNOWN is the absence of a row. */
export function upsertConsents(consents: readonly OwnedConsent[]): RawBuilder<unknown> {
  const unnested = sql`unnest(${consents.map((c) => c.profileId)}::uuid[], ${consents.map((c) => c.channel)}::text[],
    ${consents.map((c) => c.state)}::text[]) as given (profile_id, channel, state)`;
  return sql`
    with forgotten as (
      delete from profile_consent using ${unnested}
      where given.state = 'UNKNOWN' and profile_consent.profile_id = given.profile_id and profile_consent.channel = given.channel
    )
    insert into profile_consent (profile_id, channel, state, updated_at)
    select profile_id, channel, state, now() from ${unnested} where state <> 'UNKNOWN'
    order by profile_id, channel
    on conflict (profile_id, channel) do update set state = excluded.state, updated_at = excluded.updated_at`;
}
