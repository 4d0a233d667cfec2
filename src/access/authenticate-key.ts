import type { EntityManager } from "@mikro-orm/postgresql";
import { type Clock, unauthenticated } from "../base/index.ts";
import { type ApiKey, ApiKeySchema } from "./api-key.entity.ts";
import type { Identified } from "./authenticate.ts";
import { readKey } from "./key-text.ts";
import { keyValidity } from "./key-validity.ts";
import { permissionsOf } from "./permissions.ts";
import { reachOf } from "./reach.ts";

/** How long a key read from the database is trusted: the delay of a revocation, and the saving of a look-up per call. */
const cacheSeconds = 1.5;
const cacheEntriesMax = 1000;
const lastUsedSeconds = 60;

export type KeyReaderOptions = { readonly em: () => EntityManager; readonly clock: Clock };

/** Whose key a text is. Throws UNAUTHENTICATED with the same sentence for every wrong one. */
export function createKeyReader(options: KeyReaderOptions): (text: string) => Promise<Identified> {
  const cache = new Map<string, { readonly key: ApiKey | null; readonly until: number }>();

  const find = async (id: string): Promise<ApiKey | null> => {
    const now = options.clock.now().getTime();
    const cached = cache.get(id);
    if (cached && cached.until > now) return cached.key;
    const key = await options.em().findOne(ApiKeySchema, { id });
    if (cache.size >= cacheEntriesMax) cache.clear();
    cache.set(id, { key, until: now + cacheSeconds * 1000 });
    return key;
  };

  return async (text) => {
    const parts = readKey(text);
    const key = parts && (await find(parts.id));
    const now = options.clock.now();
    const until = parts && key ? keyValidity(key, parts.secret, now) : null;
    if (!key || until === null)
      throw unauthenticated("UNAUTHENTICATED", "This API key is not valid here: it is mistyped, expired or revoked.");
    await noteUse(options.em, key, now);
    const { id, name, role } = key;
    const rights = { roles: new Set([role]), permissions: new Set(permissionsOf(key)), reach: reachOf(key) };
    return { actor: { kind: "KEY", id, name, ...rights }, until };
  };
}

/** Kept to the minute: a row written per call would cost more than the call. */
async function noteUse(em: () => EntityManager, key: ApiKey, now: Date): Promise<void> {
  if (key.lastUsedAt && now.getTime() - key.lastUsedAt.getTime() < lastUsedSeconds * 1000) return;
  key.lastUsedAt = now;
  await em().nativeUpdate(ApiKeySchema, { id: key.id }, { lastUsedAt: now });
}
