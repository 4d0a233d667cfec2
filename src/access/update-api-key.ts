import { announce, type Context, changesBetween, recordEvent } from "../storage/index.ts";
import type { ApiKey } from "./api-key.entity.ts";
import { type KeyChange, type KeySettings, parseKeySettings } from "./api-key-input.ts";
import { lockApiKey, requireNotRevoked } from "./load-api-key.ts";
import { manageKeys } from "./manage-keys.ts";
import { permissionsOf } from "./permissions.ts";
import { requireGrantable } from "./require-grantable.ts";

export type UpdateApiKeyInput = KeyChange & { readonly id: string };

/**
 * Changes what was sent and leaves the rest; the secret stays. Calls obey as soon as the news has gone
 * round; open WebSockets are closed then, so that they come back as what the key is now.
 */
export async function updateApiKey(ctx: Context, { id, ...change }: UpdateApiKeyInput): Promise<ApiKey> {
  return manageKeys(ctx, async (tx, keepAnAdmin) => {
    const key = await lockApiKey(tx, id);
    requireNotRevoked(key);
    const present = settingsOf(key);
    // Also of what it was: whoever only makes keys could otherwise cut down those that may do more.
    requireGrantable(tx, permissionsOf(present));
    const settings = parseKeySettings(present, change, tx.clock.now());
    requireGrantable(tx, permissionsOf(settings));
    if (adminRank(settings) < adminRank(present)) keepAnAdmin(id);
    Object.assign(key, settings, { updatedAt: tx.clock.now() });
    await tx.em.flush();
    const changes = changesBetween(present, settings);
    await recordEvent(tx, { type: "api-key.updated", campaignId: null, data: { keyId: id, name: key.name }, changes });
    await announce(tx, { topic: "api-key", id });
    return key;
  });
}

function settingsOf(key: ApiKey): KeySettings {
  const { name, role, scopes, campaignIds, labels, expiresAt } = key;
  return {
    name,
    role,
    scopes: scopes ?? null,
    campaignIds: campaignIds ?? null,
    labels: labels ?? null,
    expiresAt: expiresAt ?? null,
  };
}

/** 2: manages keys for good; 1: until it expires; 0: does not. */
function adminRank({ role, scopes, expiresAt }: KeySettings): number {
  if (role !== "ADMIN" || scopes !== null) return 0;
  return expiresAt === null ? 2 : 1;
}
