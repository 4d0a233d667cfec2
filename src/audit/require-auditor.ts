import { requirePermission } from "../access/index.ts";
import { forbidden } from "../base/index.ts";
import type { Context } from "../storage/index.ts";

/** The trail tells of every campaign and key: not for those who are limited to some. */
export function requireAuditor(ctx: Pick<Context, "actor">): void {
  requirePermission(ctx, "audit:read");
  if (ctx.actor.reach)
    throw forbidden(
      "PERMISSION_MISSING",
      "The audit trail tells of every campaign, and this key is limited to some. Use a key without limits.",
      { permission: "audit:read" },
    );
}
