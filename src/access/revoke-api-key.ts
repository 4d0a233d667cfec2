import { isId, notFound } from "../base/index.ts";
import { type Context, inTransaction, recordEvent } from "../storage/index.ts";
import { type ApiKey, ApiKeySchema } from "./api-key.entity.ts";
import { requirePermission } from "./require-permission.ts";

/** Ends a key for good; revoking it again changes nothing. Takes effect within `cacheSeconds` of `createAuthenticator`. */
export async function revokeApiKey(ctx: Context, id: string): Promise<ApiKey> {
  requirePermission(ctx, "keys:write");
  return inTransaction(ctx, async (tx) => {
    const key = isId(id) ? await tx.em.findOne(ApiKeySchema, { id }) : null;
    if (!key) throw notFound("API_KEY_NOT_FOUND", `There is no API key ${id}.`, { id });
    if (key.revokedAt) return key;
    key.revokedAt = ctx.clock.now();
    await recordEvent(tx, { type: "api-key.revoked", campaignId: null, data: { keyId: id, name: key.name } });
    return key;
  });
}
