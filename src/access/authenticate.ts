import type { EntityManager } from "@mikro-orm/postgresql";
import { type Clock, unauthenticated } from "../base/index.ts";
import type { Actor } from "../storage/index.ts";
import { type ApiKey, ApiKeySchema } from "./api-key.entity.ts";
import { isSecretOf, readKey } from "./key-text.ts";
import { rolePermissions } from "./permissions.ts";

/** How long a key read from the database is trusted: the delay of a revocation, and the saving of a look-up per call. */
const cacheSeconds = 1.5;
/** On top of that, the key's form and secret are not looked at again for so long. */
const actorMilliseconds = 500;
const cacheEntriesMax = 1000;
const lastUsedSeconds = 60;

export type Authenticator = {
  /** `header` is the value of `Authorization`. Throws UNAUTHENTICATED with the same sentence for every wrong key. */
  authenticate(header: string | undefined): Promise<Actor>;
};

export function createAuthenticator(options: { readonly em: () => EntityManager; readonly clock: Clock }): Authenticator {
  const cache = new Map<string, { readonly key: ApiKey | null; readonly until: number }>();
  /** By header: under load the same one comes a thousand times a second. */
  const actors = new Map<string, { readonly actor: Actor; readonly until: number }>();

  const find = async (id: string): Promise<ApiKey | null> => {
    const now = options.clock.now().getTime();
    const cached = cache.get(id);
    if (cached && cached.until > now) return cached.key;
    const key = await options.em().findOne(ApiKeySchema, { id });
    if (cache.size >= cacheEntriesMax) cache.clear();
    cache.set(id, { key, until: now + cacheSeconds * 1000 });
    return key;
  };

  return {
    async authenticate(header) {
      const known = actors.get(header ?? "");
      if (known && known.until > options.clock.now().getTime()) return known.actor;
      const parts = readKey(/^Bearer (\S+)$/i.exec(header ?? "")?.[1] ?? "");
      const key = parts && (await find(parts.id));
      const now = options.clock.now();
      if (!parts || !key || !isSecretOf(parts.secret, key.secretHash) || !isValid(key, now)) throw refusal(header);
      await noteUse(options.em, key, now);
      const { id, name, role } = key;
      const actor: Actor = { kind: "KEY", id, name, roles: new Set([role]), permissions: new Set(rolePermissions[role]) };
      const until = Math.min(now.getTime() + actorMilliseconds, key.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY);
      if (actors.size >= cacheEntriesMax) actors.clear();
      actors.set(header ?? "", { actor, until });
      return actor;
    },
  };
}

function isValid(key: ApiKey, now: Date): boolean {
  return !key.revokedAt && !(key.expiresAt && key.expiresAt <= now);
}

function refusal(header: string | undefined): Error {
  return header
    ? unauthenticated("UNAUTHENTICATED", "This API key is not valid here: it is mistyped, expired or revoked.")
    : unauthenticated("UNAUTHENTICATED", "An API key is needed: send it as `Authorization: Bearer envoi_…`.");
}

/** Kept to the minute: a row written per call would cost more than the call. */
async function noteUse(em: () => EntityManager, key: ApiKey, now: Date): Promise<void> {
  if (key.lastUsedAt && now.getTime() - key.lastUsedAt.getTime() < lastUsedSeconds * 1000) return;
  key.lastUsedAt = now;
  await em().nativeUpdate(ApiKeySchema, { id: key.id }, { lastUsedAt: now });
}
