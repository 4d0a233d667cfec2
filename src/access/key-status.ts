import type { ApiKey } from "./api-key.entity.ts";

export const keyStatuses = { ACTIVE: "ACTIVE", EXPIRED: "EXPIRED", REVOKED: "REVOKED" } as const;
export type KeyStatus = keyof typeof keyStatuses;

type Ends = Pick<ApiKey, "revokedAt" | "expiresAt">;

export function keyStatus({ revokedAt, expiresAt }: Ends, now: Date): KeyStatus {
  if (revokedAt) return "REVOKED";
  return expiresAt && expiresAt <= now ? "EXPIRED" : "ACTIVE";
}
