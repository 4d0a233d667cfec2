import type { EntityManager } from "@mikro-orm/postgresql";
import { type Clock, unauthenticated } from "../base/index.ts";
import { type ApiKey, ApiKeySchema } from "./api-key.entity.ts";
import type { Identified } from "./authenticate.ts";
import { hashSecret, isSameHash, readKey } from "./key-text.ts";
import { keyValidity } from "./key-validity.ts";
import { permissionsOf } from "./permissions.ts";
import { reachOf } from "./reach.ts";

/** How long a key read from the database is trusted: a look-up saved per call. News of a change ends it; this is for when it is lost. */
const cacheSeconds = 1.5;
const cacheEntriesMax = 1000;
const lastUsedSeconds = 60;

export type KeyReaderOptions = { readonly em: () => EntityManager; readonly clock: Clock };

export type KeyReader = {
  /** Whose key a text is. Throws UNAUTHENTICATED with the same sentence for every wrong one. */
  read(text: string): Promise<Identified>;
  /** A key has changed: what is known of it, or being read, is not trusted any more. */
  forget(id: string): void;
};

export function createKeyReader(options: KeyReaderOptions): KeyReader {
  const cache = new Map<string, { readonly key: ApiKey; readonly until: number }>();
  const looking = new Map<string, Promise<ApiKey | null>>();
  let changes = 0;

  /** By id and secret: a key with another secret takes as long as one that does not exist. */
  const look = async (id: string, secretHash: Buffer): Promise<ApiKey | null> => {
    for (;;) {
      const changesBefore = changes;
      const now = options.clock.now().getTime();
      const key = await options.em().findOne(ApiKeySchema, { id, $or: [{ secretHash }, { previousHash: secretHash }] });
      // It may have been read just before it changed.
      if (changes !== changesBefore) continue;
      if (!key) return null;
      if (cache.size >= cacheEntriesMax) cache.clear();
      cache.set(id, { key, until: now + cacheSeconds * 1000 });
      return key;
    }
  };

  const find = async (id: string, secretHash: Buffer): Promise<ApiKey | null> => {
    const cached = cache.get(id);
    if (cached && cached.until > options.clock.now().getTime() && hasSecret(cached.key, secretHash)) return cached.key;
    // Under load thousands of calls find nothing known at the same moment.
    const name = `${id} ${secretHash.toString("base64")}`;
    const underWay = looking.get(name);
    if (underWay) return underWay;
    const found = look(id, secretHash).finally(() => looking.delete(name));
    looking.set(name, found);
    return found;
  };

  const read = async (text: string): Promise<Identified> => {
    const parts = readKey(text);
    const secretHash = hashSecret(parts?.secret ?? "");
    const key = parts && (await find(parts.id, secretHash));
    const now = options.clock.now();
    const until = key && keyValidity(key, secretHash, now);
    if (!key || until === null)
      throw unauthenticated("UNAUTHENTICATED", "This API key is not valid here: it is mistyped, expired or revoked.");
    await noteUse(options.em, key, now);
    const { id, name, role } = key;
    const rights = { roles: new Set([role]), permissions: new Set(permissionsOf(key)), reach: reachOf(key), secretHash };
    return { actor: { kind: "KEY", id, name, ...rights }, until };
  };

  return {
    read,
    forget(id) {
      changes += 1;
      cache.delete(id);
    },
  };
}

function hasSecret({ secretHash, previousHash }: ApiKey, asked: Buffer): boolean {
  return isSameHash(asked, secretHash) || (previousHash !== null && isSameHash(asked, previousHash));
}

/** Kept to the minute: a row written per call would cost more than the call. */
async function noteUse(em: () => EntityManager, key: ApiKey, now: Date): Promise<void> {
  if (key.lastUsedAt && now.getTime() - key.lastUsedAt.getTime() < lastUsedSeconds * 1000) return;
  key.lastUsedAt = now;
  await em().nativeUpdate(ApiKeySchema, { id: key.id }, { lastUsedAt: now });
}
