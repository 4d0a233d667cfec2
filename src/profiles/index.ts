/**
 * Profiles: people, their identities and attributes, what they consented to, and addresses that nothing goes to.
 * Promises: one identity belongs to one profile; looking up 50,000 recipients is one statement.
 */
export {
  addSuppressions,
  removeSuppressions,
  type SuppressionKind,
  suppressionKinds,
} from "./add-suppressions.ts";
export { type ConsentState, consentStates } from "./consent.ts";
export { findConsents, findIdentities, findProfile, type ProfileConsent, type ProfileIdentity } from "./find-profile.ts";
export { addressNamespaces, type Identity, namespaceSchema, normaliseIdentity, type StoredIdentity } from "./identity.ts";
export { type Profile, ProfileSchema } from "./profile.entity.ts";
export { createMinimalProfiles, type RecipientFacts, type RecipientLookup, resolveRecipients } from "./resolve-recipients.ts";
export { setConsent } from "./set-consent.ts";
export { type UpsertedProfiles, upsertProfiles } from "./upsert-profiles.ts";
