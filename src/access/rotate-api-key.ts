import { conflict, invalid } from "../base/index.ts";
import { announce, type Context, recordEvent } from "../storage/index.ts";
import type { CreatedApiKey } from "./create-api-key.ts";
import { keyStatus } from "./key-status.ts";
import { createSecret, hashSecret, writeKey } from "./key-text.ts";
import { lockApiKey, requireNotRevoked } from "./load-api-key.ts";
import { manageKeys } from "./manage-keys.ts";
import { permissionsOf } from "./permissions.ts";
import { requireGrantable } from "./require-grantable.ts";
import { requirePermission } from "./require-permission.ts";

const graceSecondsDefault = 3600;
const graceSecondsMax = 30 * 24 * 3600;

export type RotateApiKeyInput = { readonly id: string; readonly graceSeconds?: number | null };

/**
 * Gives a key a new secret. The present one goes on working until the grace ends; one from an earlier rotation ends at
 * once, so that never more than two work.
 */
export async function rotateApiKey(ctx: Context, input: RotateApiKeyInput): Promise<CreatedApiKey> {
  requirePermission(ctx, "keys:write");
  const graceSeconds = parseGrace(input.graceSeconds ?? graceSecondsDefault);
  const { id } = input;
  const secret = createSecret();
  const key = await manageKeys(ctx, async (tx) => {
    const found = await lockApiKey(tx, id);
    requireNotRevoked(found);
    const now = tx.clock.now();
    if (keyStatus(found, now) === "EXPIRED")
      throw conflict("ACTION_NOT_ALLOWED", "This key has expired: give it a later expiresAt first.", { status: "EXPIRED" });
    requireGrantable(tx, permissionsOf(found));
    found.previousHash = graceSeconds === 0 ? null : found.secretHash;
    found.previousUntil = graceSeconds === 0 ? null : new Date(now.getTime() + graceSeconds * 1000);
    found.secretHash = hashSecret(secret);
    found.updatedAt = now;
    await tx.em.flush();
    await recordEvent(tx, { type: "api-key.rotated", campaignId: null, data: { keyId: id, name: found.name, graceSeconds } });
    await announce(tx, { topic: "api-key", id });
    return found;
  });
  return { key, secret: writeKey({ id: key.id, secret }) };
}

function parseGrace(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= graceSecondsMax) return seconds;
  throw invalid("INPUT_INVALID", `graceSeconds must be a whole number from 0 to ${graceSecondsMax} (30 days).`, {
    field: "graceSeconds",
  });
}
