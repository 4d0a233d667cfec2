import { LockMode } from "@mikro-orm/postgresql";
import { conflict, isId, notFound } from "../base/index.ts";
import type { Context } from "../storage/index.ts";
import { type ApiKey, ApiKeySchema } from "./api-key.entity.ts";

/** Reads a key and keeps others from changing it until the transaction ends. */
export async function lockApiKey(tx: Context, id: string): Promise<ApiKey> {
  const options = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
  const key = isId(id) ? await tx.em.findOne(ApiKeySchema, { id }, options) : null;
  if (!key) throw notFound("API_KEY_NOT_FOUND", `There is no API key ${id}.`, { id });
  return key;
}

export function requireNotRevoked(key: ApiKey): void {
  if (!key.revokedAt) return;
  throw conflict("ACTION_NOT_ALLOWED", "This key is revoked, for good. Make a new one.", { status: "REVOKED" });
}
