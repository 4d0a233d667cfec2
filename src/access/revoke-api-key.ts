import { announce, type Context, recordEvent } from "../storage/index.ts";
import type { ApiKey } from "./api-key.entity.ts";
import { lockApiKey } from "./load-api-key.ts";
import { manageKeys } from "./manage-keys.ts";

/** Ends a key for good, with both its secrets; revoking it again changes nothing. Calls are refused, and its WebSockets closed, as soon as the news has gone round. */
export async function revokeApiKey(ctx: Context, id: string): Promise<ApiKey> {
  return manageKeys(ctx, async (tx, keepAnAdmin) => {
    const key = await lockApiKey(tx, id);
    if (key.revokedAt) return key;
    keepAnAdmin(id);
    key.revokedAt = tx.clock.now();
    await tx.em.flush();
    await recordEvent(tx, { type: "api-key.revoked", campaignId: null, data: { keyId: id, name: key.name } });
    await announce(tx, { topic: "api-key", id });
    return key;
  });
}
