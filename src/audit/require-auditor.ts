import { requireEverywhere } from "../access/index.ts";
import type { Context } from "../storage/index.ts";

/** The trail tells of every campaign and key: not for those who are limited to some. */
export function requireAuditor(ctx: Pick<Context, "actor">): void {
  requireEverywhere(ctx, { permission: "audit:read", what: "The audit trail tells of every campaign" });
}
