import { z } from "zod";
import { requirePermission } from "../access/index.ts";
import {
  type AppError,
  channels,
  conflict,
  createId,
  faultsFound,
  invariant,
  isNestedDeeper,
  keyOf,
  nestingMax,
  parseInput,
  storableObject,
  storableText,
  timeZoneName,
  together,
} from "../base/index.ts";
import { type Context, inTransaction, recordEvent, run } from "../storage/index.ts";
import { consentStates } from "./consent.ts";
import { findContradictions } from "./contradictions.ts";
import { namespaceSchema, normaliseIdentity, type StoredIdentity, textOf, userIdSchema } from "./identity.ts";
import { namesOfFields } from "./names-of-fields.ts";
import * as statements from "./sql/upsert-profiles.ts";

const profilesMax = 5000;

const identitySchema = z.object({ namespace: namespaceSchema, value: userIdSchema });
const addedIdentitySchema = identitySchema.extend({ primary: z.boolean().nullish() });
const profileSchema = z.object({
  namespace: namespaceSchema,
  userId: userIdSchema,
  identities: z.array(addedIdentitySchema).max(20).nullish(),
  removeIdentities: z.array(identitySchema).max(20).nullish(),
  attributes: z
    .record(z.string(), z.unknown())
    .refine((value) => !isNestedDeeper(value), `may be nested at most ${nestingMax} deep`)
    .pipe(storableObject)
    .nullish(),
  timeZone: timeZoneName.nullish(),
  locale: storableText(35).nullish(),
  consents: z
    .array(z.object({ channel: z.enum(channels), state: z.enum(consentStates) }))
    .max(3)
    .nullish(),
});
type Parsed = z.output<typeof profileSchema>;
const inputSchema = z.array(profileSchema).min(1).max(profilesMax);

export type ProfileInput = z.input<typeof profileSchema>;
export type UpsertedProfiles = { readonly createdCount: number; readonly updatedCount: number };

/**
 * Makes or changes up to 5,000 profiles in a few statements. A profile is found by its (namespace, userId); attributes are
 * merged at the top level, identities are taken away and added, consents are added. What is taken away from one may be given to
 * another in the same call. All or nothing, and all faults are told at once.
 */
export async function upsertProfiles(ctx: Context, input: readonly ProfileInput[]): Promise<UpsertedProfiles> {
  requirePermission(ctx, "profiles:write");
  const profiles = parseInput(inputSchema, input, { at: "profiles", keyName: "userId" });
  const people = profiles.map(toPerson);
  const faults = findContradictions(people);
  if (faults.length > 0) throw faultsFound(faults);
  const keys = people.map(({ key }) => key);
  return inTransaction(ctx, async (tx) => {
    const made = keys.map((key) => ({ ...key, profileId: createId() }));
    const created = await run(tx, statements.insertMissingProfiles(made, "API"));
    const found = await run(tx, statements.selectProfileIds(keys));
    const idOf = new Map(found.map((row) => [textOf(row), row.profileId]));
    const owned = people.map((person) => ({ ...person, profileId: idOf.get(textOf(person.key)) ?? "" }));
    await run(tx, statements.lockProfiles(owned.map(({ profileId }) => profileId)));
    await run(tx, statements.mergeProfiles(owned.map(toChange)));
    await changeIdentities(tx, owned);
    const consents = owned.flatMap(({ profile, profileId }) =>
      (profile.consents ?? []).map((consent) => ({ ...consent, profileId })),
    );
    if (consents.length > 0) await run(tx, statements.upsertConsents(consents));
    const counts = { createdCount: created.length, updatedCount: profiles.length - created.length };
    await recordEvent(tx, {
      type: "profiles.upserted",
      campaignId: null,
      data: { ...counts, fields: namesOfFields(profiles) },
      profileIds: owned.map(({ profileId }) => profileId),
    });
    return counts;
  });
}

/** With identities in their stored form, each read once. */
export type Person = {
  readonly profile: Parsed;
  readonly key: StoredIdentity;
  readonly added: readonly (StoredIdentity & { readonly isPrimary: boolean })[];
  readonly removed: readonly StoredIdentity[];
};
type OwnedPerson = Person & { readonly profileId: string };

function toPerson(profile: Parsed): Person {
  return {
    profile,
    key: normaliseIdentity({ namespace: profile.namespace, value: profile.userId }),
    added: (profile.identities ?? []).map((identity) => ({
      ...normaliseIdentity(identity),
      isPrimary: identity.primary ?? false,
    })),
    removed: (profile.removeIdentities ?? []).map((identity) => normaliseIdentity(identity)),
  };
}

function toChange({ profile, profileId }: OwnedPerson): statements.ProfileChange {
  const { attributes, timeZone = null, locale = null } = profile;
  return { profileId, attributes: JSON.stringify(attributes ?? {}), timeZone, locale };
}

async function changeIdentities(ctx: Context, people: readonly OwnedPerson[]): Promise<void> {
  const removed = people.flatMap(({ removed: own, profileId }) => own.map((identity) => ({ ...identity, profileId })));
  if (removed.length > 0) await run(ctx, statements.deleteIdentities(removed));
  const added = people.flatMap(({ added: own, profileId }, index) =>
    own.map((identity, position) => ({ ...identity, profileId, field: `profiles.${index}.identities.${position}` })),
  );
  if (added.length === 0) return;
  await run(ctx, statements.insertIdentities(added));
  const taken = await run(ctx, statements.selectTakenIdentities(added));
  if (taken.length > 0)
    throw identitiesTaken(
      taken.flatMap(({ position }) => added[position - 1] ?? []),
      people,
    );
  const primary = added.filter(({ isPrimary }) => isPrimary);
  if (primary.length > 0) await run(ctx, statements.markPrimary(primary));
}

type Taken = { readonly field: string; readonly namespace: string; readonly profileId: string };

/** Names who was to get them, never whose they are. */
function identitiesTaken(taken: readonly Taken[], people: readonly OwnedPerson[]): AppError {
  const userIds = new Map(people.map(({ profile, profileId }) => [profileId, profile.userId]));
  const errors = taken.map(({ field, namespace, profileId }) =>
    conflict("IDENTITY_TAKEN", `${field}: this identity in the namespace ${namespace} belongs to another profile.`, {
      ...{ field, namespace },
      ...keyOf(userIds.get(profileId)),
    }),
  );
  const [first, ...others] = errors;
  invariant(first, "an identity was taken");
  return together([first, ...others]);
}
