import { type Context, inTransaction, recordEvent } from "../storage/index.ts";
import type { ApiKey } from "./api-key.entity.ts";
import { lockAdmins } from "./keep-an-admin.ts";
import { lockApiKey } from "./load-api-key.ts";
import { requirePermission } from "./require-permission.ts";

/** Ends a key for good, with both its secrets; revoking it again changes nothing. Calls are refused within two seconds. */
export async function revokeApiKey(ctx: Context, id: string): Promise<ApiKey> {
  requirePermission(ctx, "keys:write");
  return inTransaction(ctx, async (tx) => {
    const keepAnAdmin = await lockAdmins(tx);
    const key = await lockApiKey(tx, id);
    if (key.revokedAt) return key;
    keepAnAdmin(id);
    key.revokedAt = tx.clock.now();
    await tx.em.flush();
    await recordEvent(tx, { type: "api-key.revoked", campaignId: null, data: { keyId: id } });
    return key;
  });
}
