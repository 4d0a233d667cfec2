import { forbidden } from "../base/index.ts";
import type { Context } from "../storage/index.ts";
import type { Permission } from "./permissions.ts";

/** First line of every use case. Throws PERMISSION_MISSING, naming what is missing. */
export function requirePermission(ctx: Pick<Context, "actor"> & Partial<Context>, permission: Permission): void {
  if (ctx.actor.permissions.has(permission)) return;
  // A line, not an entry of the audit trail: nothing changed, and who may not do a thing could fill what is kept for good.
  ctx.log?.info({ actorId: ctx.actor.id, permission, requestId: ctx.requestId }, "refused: a permission is missing");
  throw forbidden("PERMISSION_MISSING", `This key may not do that: it needs the permission ${permission}.`, { permission });
}
