import { z } from "zod";
import { requirePermission } from "../access/index.ts";
import { type Channel, notFound, parseInput } from "../base/index.ts";
import { type Context, run } from "../storage/index.ts";
import type { ConsentState } from "./consent.ts";
import { type Identity, namespaceSchema, normaliseIdentity, userIdSchema } from "./identity.ts";
import { type Profile, ProfileSchema } from "./profile.entity.ts";
import { selectConsents, selectIdentities } from "./sql/select-profile-parts.ts";
import { selectProfileIds } from "./sql/upsert-profiles.ts";

const keySchema = z.object({ namespace: namespaceSchema, userId: userIdSchema });
export type ProfileKey = { readonly namespace: string; readonly userId: string };

/** The person known under this identity, or null. */
export async function findProfile(ctx: Context, key: ProfileKey): Promise<Profile | null> {
  requirePermission(ctx, "profiles:read");
  return findByIdentity(ctx, key);
}

/** Without a permission of its own, for use cases that asked for theirs. */
export async function getProfile(ctx: Context, key: ProfileKey): Promise<Profile> {
  const profile = await findByIdentity(ctx, key);
  if (!profile)
    throw notFound(
      "PROFILE_NOT_FOUND",
      `No profile has this userId in the namespace ${key.namespace}. Make it with upsertProfiles.`,
      {
        namespace: key.namespace,
      },
    );
  return profile;
}

async function findByIdentity(ctx: Context, key: ProfileKey): Promise<Profile | null> {
  parseInput(keySchema, key);
  const [found] = await run(ctx, selectProfileIds([normaliseIdentity({ namespace: key.namespace, value: key.userId })]));
  return found ? ctx.em.findOne(ProfileSchema, { id: found.profileId }) : null;
}

export type ProfileIdentity = Identity & { readonly profileId: string; readonly isPrimary: boolean };
export type ProfileConsent = { readonly profileId: string; readonly channel: Channel; readonly state: ConsentState };

/** For loaders: the identities of many profiles, oldest first. */
export function findIdentities(ctx: Pick<Context, "em">, profileIds: readonly string[]): Promise<ProfileIdentity[]> {
  return run(ctx, selectIdentities(profileIds));
}

/** For loaders: what many people said, per channel. */
export function findConsents(ctx: Pick<Context, "em">, profileIds: readonly string[]): Promise<ProfileConsent[]> {
  return run(ctx, selectConsents(profileIds));
}
