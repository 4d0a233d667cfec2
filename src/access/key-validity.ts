import type { ApiKey } from "./api-key.entity.ts";
import { keyStatus } from "./key-status.ts";
import { isSecretOf } from "./key-text.ts";

type Checked = Pick<ApiKey, "secretHash" | "previousHash" | "previousUntil" | "expiresAt" | "revokedAt">;

/** Until when `secret` opens this key: milliseconds since 1970, perhaps infinite. Null: it does not. */
export function keyValidity(key: Checked, secret: string, now: Date): number | null {
  if (keyStatus(key, now) !== "ACTIVE") return null;
  const end = key.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  if (isSecretOf(secret, key.secretHash)) return end;
  const { previousHash, previousUntil } = key;
  if (!previousHash || !previousUntil || previousUntil <= now || !isSecretOf(secret, previousHash)) return null;
  return Math.min(end, previousUntil.getTime());
}
