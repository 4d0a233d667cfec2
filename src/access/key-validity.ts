import type { ApiKey } from "./api-key.entity.ts";
import { keyStatus } from "./key-status.ts";
import { isSameHash } from "./key-text.ts";

type Checked = Pick<ApiKey, "secretHash" | "previousHash" | "previousUntil" | "expiresAt" | "revokedAt">;

/** Until when the secret of this digest opens this key: milliseconds since 1970, perhaps infinite. Null: it does not. */
export function keyValidity(key: Checked, secretHash: Uint8Array, now: Date): number | null {
  if (keyStatus(key, now) !== "ACTIVE") return null;
  const end = key.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  if (isSameHash(secretHash, key.secretHash)) return end;
  const { previousHash, previousUntil } = key;
  if (!previousHash || !previousUntil || previousUntil <= now || !isSameHash(secretHash, previousHash)) return null;
  return Math.min(end, previousUntil.getTime());
}
