import { type Channel, createId } from "../base/index.ts";
import { type Queries, run } from "../storage/index.ts";
import { addressNamespaces, normaliseIdentity } from "./identity.ts";
import { selectRecipientFacts } from "./sql/select-recipient-facts.ts";
import { insertMissingProfiles } from "./sql/upsert-profiles.ts";

/** One person to be looked up. `givenAddress` is already in its stored spelling; null asks for the profile's own. */
export type RecipientLookup = {
  readonly channel: Channel;
  readonly namespace: string;
  readonly userId: string;
  /** EXTERNAL recipients are never looked up as people; only what is known of their address counts. */
  readonly isExternal: boolean;
  readonly givenAddress: string | null;
};

/** What the database knows about one recipient, at one instant. */
export type RecipientFacts = {
  readonly profileId: string | null;
  /** The address found on the profile; null when it was given or there is none. */
  readonly profileAddress: string | null;
  readonly consent: "OPTED_IN" | "OPTED_OUT" | null;
  readonly isSuppressed: boolean;
};

/** Looks up any number of recipients in one statement; the answers are in the order of `lookups`. */
export async function resolveRecipients(ctx: Queries, lookups: readonly RecipientLookup[]): Promise<RecipientFacts[]> {
  if (lookups.length === 0) return [];
  return run(ctx, selectRecipientFacts(lookups.map(toQuestion)));
}

function toQuestion(lookup: RecipientLookup) {
  const identity = normaliseIdentity({ namespace: lookup.namespace, value: lookup.userId });
  return { ...lookup, ...identity, addressNamespace: addressNamespaces[lookup.channel] };
}

/** Minimal profiles, identity only, for people whom an execution met first. Others may make the same ones meanwhile. */
export async function createMinimalProfiles(ctx: Queries, lookups: readonly RecipientLookup[]): Promise<void> {
  if (lookups.length === 0) return;
  const identities = lookups.map((lookup) => normaliseIdentity({ namespace: lookup.namespace, value: lookup.userId }));
  await run(
    ctx,
    insertMissingProfiles(
      identities.map((identity) => ({ ...identity, profileId: createId() })),
      "EXECUTION",
    ),
  );
}
