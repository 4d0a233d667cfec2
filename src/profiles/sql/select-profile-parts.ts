import { type RawBuilder, sql } from "kysely";
import type { ProfileConsent, ProfileIdentity } from "../find-profile.ts";

export function selectIdentities(profileIds: readonly string[]): RawBuilder<ProfileIdentity> {
  return sql`
    select profile_id as "profileId", namespace, value, is_primary as "isPrimary" from profile_identity
    where profile_id = any(${profileIds}::uuid[]) order by created_at, namespace, value`;
}

export function selectConsents(profileIds: readonly string[]): RawBuilder<ProfileConsent> {
  return sql`
    select profile_id as "profileId", channel, state from profile_consent
    where profile_id = any(${profileIds}::uuid[]) order by channel`;
}
