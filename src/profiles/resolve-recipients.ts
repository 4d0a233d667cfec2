import { type Channel, createId } from "../base/index.ts";
import { type Queries, run } from "../storage/index.ts";
import type { Identity, StoredIdentity } from "./identity.ts";
import { selectRecipientFacts } from "./sql/select-recipient-facts.ts";
import { insertMissingProfiles } from "./sql/upsert-profiles.ts";

/** One person to be looked up. */
export type RecipientLookup = {
  readonly channel: Channel;
  /** In its stored form. */
  readonly identity: Identity;
  /** EXTERNAL recipients are never looked up as people; only what is known of their address counts. */
  readonly isExternal: boolean;
  /** The key of the address that was given; null asks for the profile's own. */
  readonly addressKey: string | null;
};

/** What the database knows about one recipient, at one instant. */
export type RecipientFacts = {
  readonly profileId: string | null;
  /** The address found on the profile, as it is sent to; null when one was given or there is none. */
  readonly profileAddress: string | null;
  readonly consent: "OPTED_IN" | "OPTED_OUT" | null;
  readonly isSuppressed: boolean;
};

/** Looks up any number of recipients in one statement; the answers are in the order of `lookups`. */
export async function resolveRecipients(ctx: Queries, lookups: readonly RecipientLookup[]): Promise<RecipientFacts[]> {
  return lookups.length === 0 ? [] : run(ctx, selectRecipientFacts(lookups));
}

/** Minimal profiles, identity only, for people whom an execution met first. Others may make the same ones meanwhile. */
export async function createMinimalProfiles(ctx: Queries, identities: readonly StoredIdentity[]): Promise<void> {
  if (identities.length === 0) return;
  const people = identities.map((identity) => ({ ...identity, profileId: createId() }));
  await run(ctx, insertMissingProfiles(people, "EXECUTION"));
}
