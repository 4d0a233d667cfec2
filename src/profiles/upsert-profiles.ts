import { z } from "zod";
import { requirePermission } from "../access/index.ts";
import {
  channels,
  conflict,
  createId,
  invalid,
  isNestedDeeper,
  nestingMax,
  parseInput,
  storableObject,
  storableText,
  timeZoneName,
} from "../base/index.ts";
import { type Context, inTransaction, recordEvent, run } from "../storage/index.ts";
import { consentStates } from "./consent.ts";
import { type Identity, namespaceSchema, normaliseIdentity, userIdSchema } from "./identity.ts";
import { namesOfFields } from "./names-of-fields.ts";
import * as statements from "./sql/upsert-profiles.ts";

const profilesMax = 5000;

const identitySchema = z.object({ namespace: namespaceSchema, value: userIdSchema });
const profileSchema = z.object({
  namespace: namespaceSchema,
  userId: userIdSchema,
  identities: z.array(identitySchema).max(20).nullish(),
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
const inputSchema = z.array(profileSchema).min(1).max(profilesMax);

export type ProfileInput = z.input<typeof profileSchema>;
export type UpsertedProfiles = { readonly createdCount: number; readonly updatedCount: number };

/**
 * Makes or changes up to 5,000 profiles in a few statements. A profile is found by its (namespace, userId);
 * attributes are merged at the top level, further identities and consents are added. All or nothing.
 */
export async function upsertProfiles(ctx: Context, input: readonly ProfileInput[]): Promise<UpsertedProfiles> {
  requirePermission(ctx, "profiles:write");
  const profiles = parseInput(inputSchema, input);
  const keys = profiles.map((profile) => normaliseIdentity({ namespace: profile.namespace, value: profile.userId }));
  refuseRepeated(keys);
  return inTransaction(ctx, async (tx) => {
    const created = await run(
      tx,
      statements.insertMissingProfiles(
        keys.map((key) => ({ ...key, profileId: createId() })),
        "API",
      ),
    );
    const found = await run(tx, statements.selectProfileIds(keys));
    const idOf = new Map(found.map((row) => [keyOf(row), row.profileId]));
    const rows = profiles.map((profile, index) => ({
      profile,
      profileId: idOf.get(keyOf(keys[index] ?? { namespace: "", value: "" })) ?? "",
    }));
    await run(tx, statements.lockProfiles(rows.map((row) => row.profileId)));
    await run(
      tx,
      statements.mergeProfiles(
        rows.map(({ profile, profileId }) => ({
          profileId,
          attributes: JSON.stringify(profile.attributes ?? {}),
          timeZone: profile.timeZone ?? null,
          locale: profile.locale ?? null,
        })),
      ),
    );
    await addIdentities(
      tx,
      rows.flatMap(({ profile, profileId }) =>
        (profile.identities ?? []).map((identity) => ({ ...normaliseIdentity(identity), profileId })),
      ),
    );
    const consents = rows.flatMap(({ profile, profileId }) =>
      (profile.consents ?? []).map((consent) => ({ ...consent, profileId })),
    );
    if (consents.length > 0) await run(tx, statements.upsertConsents(consents));
    const counts = { createdCount: created.length, updatedCount: profiles.length - created.length };
    await recordEvent(tx, {
      type: "profiles.upserted",
      campaignId: null,
      data: { ...counts, fields: namesOfFields(profiles) },
      profileIds: rows.map((row) => row.profileId),
    });
    return counts;
  });
}

const keyOf = (identity: Identity): string => JSON.stringify([identity.namespace, identity.value]);

function refuseRepeated(keys: readonly Identity[]): void {
  const seen = new Set<string>();
  for (const [index, identity] of keys.entries()) {
    const key = keyOf(identity);
    if (seen.has(key))
      throw invalid("INPUT_INVALID", `profiles.${index}: this userId stands twice in the call; send each profile once.`);
    seen.add(key);
  }
}

async function addIdentities(ctx: Context, identities: readonly statements.OwnedIdentity[]): Promise<void> {
  if (identities.length === 0) return;
  await run(ctx, statements.insertIdentities(identities));
  const taken = await run(ctx, statements.selectTakenIdentities(identities));
  const first = taken[0];
  if (first)
    throw conflict("IDENTITY_TAKEN", `An identity in the namespace ${first.namespace} belongs to another profile.`, {
      namespace: first.namespace,
    });
}
