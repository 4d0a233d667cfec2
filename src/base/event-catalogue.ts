/** What an event is about. */
export const auditEntities = {
  API_KEY: "API_KEY",
  APPROVAL_POLICY: "APPROVAL_POLICY",
  CAMPAIGN: "CAMPAIGN",
  CHANNEL_CONFIGURATION: "CHANNEL_CONFIGURATION",
  EXECUTION: "EXECUTION",
  FRAGMENT: "FRAGMENT",
  PROFILE: "PROFILE",
  RETENTION: "RETENTION",
  SUPPRESSION: "SUPPRESSION",
} as const;
export type AuditEntity = keyof typeof auditEntities;

/** Under which name the `data` of an event has the id of what it is about. A campaign's stands beside it, people's too. */
export const entityIdNames: Partial<Readonly<Record<AuditEntity, string>>> = {
  API_KEY: "keyId",
  APPROVAL_POLICY: "policyId",
  CHANNEL_CONFIGURATION: "configurationId",
  EXECUTION: "executionId",
  FRAGMENT: "fragmentId",
};

type Kind = { readonly entity: AuditEntity; readonly meaning: string };

/**
 * Everything that the audit trail records. A type, once released, never changes its meaning. docs/audit.md is printed from
 * this, and test/api/every-mutation-is-audited.test.ts holds every mutation to it.
 */
export const eventCatalogue = {
  "api-key.created": { entity: "API_KEY", meaning: "A key was made. Its secret is not recorded." },
  "api-key.updated": { entity: "API_KEY", meaning: "Name, role, limits or expiry of a key changed." },
  "api-key.rotated": {
    entity: "API_KEY",
    meaning: "A key has a new secret; `data.graceSeconds` is how long the old one still works.",
  },
  "api-key.revoked": { entity: "API_KEY", meaning: "A key was ended for good." },
  "approval.requested": {
    entity: "CAMPAIGN",
    meaning: "Somebody asked that a draft may go live. What people write stays with the request.",
  },
  "approval.not-needed": { entity: "CAMPAIGN", meaning: "No policy matched: the draft went live as soon as it was asked." },
  "approval.granted": { entity: "CAMPAIGN", meaning: "A draft was approved, and went live." },
  "approval.changes-requested": { entity: "CAMPAIGN", meaning: "An approver gave a draft back." },
  "approval.cancelled": { entity: "CAMPAIGN", meaning: "A request for approval was taken back." },
  "approval.commented": { entity: "CAMPAIGN", meaning: "Somebody wrote into the thread of a request." },
  "approval-policy.saved": { entity: "APPROVAL_POLICY", meaning: "A policy was made or changed." },
  "approval-policy.activated": { entity: "APPROVAL_POLICY", meaning: "A policy came into force, as the latest." },
  "approval-policy.deactivated": { entity: "APPROVAL_POLICY", meaning: "A policy went out of force." },
  "approval-policy.deleted": { entity: "APPROVAL_POLICY", meaning: "A policy was removed." },
  "campaign.created": { entity: "CAMPAIGN", meaning: "A draft was made." },
  "campaign.duplicated": { entity: "CAMPAIGN", meaning: "A draft was made as a copy; `data.copyOf` is the original." },
  "campaign.updated": { entity: "CAMPAIGN", meaning: "Title, settings or content of a draft changed." },
  "campaign.version-restored": { entity: "CAMPAIGN", meaning: "An earlier version became the draft." },
  "campaign.draft-discarded": { entity: "CAMPAIGN", meaning: "A draft beside the live version was given up." },
  "campaign.deleted": { entity: "CAMPAIGN", meaning: "A draft was removed." },
  "campaign.version-activated": { entity: "CAMPAIGN", meaning: "A version went live, in place of another if there was one." },
  "campaign.status-changed": {
    entity: "CAMPAIGN",
    meaning: "The campaign went from one status to another, asked for or by the clock.",
  },
  "campaign.delivery-rate-set": { entity: "CAMPAIGN", meaning: "The rate of an activated campaign changed." },
  "campaign.proof-sent": { entity: "CAMPAIGN", meaning: "Proofs were sent; counts, and a digest of each address." },
  "channel-configuration.saved": {
    entity: "CHANNEL_CONFIGURATION",
    meaning: "A channel configuration was made or changed. Of secrets only which.",
  },
  "execution.cancelled": { entity: "EXECUTION", meaning: "Who still waited was excluded." },
  "executions.erased": { entity: "RETENTION", meaning: "The recipients of old executions were erased; counts." },
  "fragment.saved": { entity: "FRAGMENT", meaning: "A fragment was made, or has a new version." },
  "fragment.deleted": { entity: "FRAGMENT", meaning: "A fragment was removed with its versions." },
  "messages.resolved": { entity: "CAMPAIGN", meaning: "UNCERTAIN messages were declared SENT or FAILED; counts." },
  "messages.retried": { entity: "CAMPAIGN", meaning: "Dead letters went back to the queue; counts, for each 5,000 of them." },
  "profile.consent-set": { entity: "PROFILE", meaning: "What a person said about a channel changed; not what it was." },
  "profiles.upserted": { entity: "PROFILE", meaning: "People were made or changed: counts, and names of fields." },
  "replays.expired": { entity: "RETENTION", meaning: "What dead letters kept for a replay was erased; counts." },
  "suppressions.added": { entity: "SUPPRESSION", meaning: "Addresses were suppressed; counts." },
  "suppressions.removed": { entity: "SUPPRESSION", meaning: "Addresses were taken off the list; counts." },
} as const satisfies Readonly<Record<string, Kind>>;

export type EventType = keyof typeof eventCatalogue;
