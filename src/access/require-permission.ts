import { forbidden } from "../base/index.ts";
import type { Context } from "../storage/index.ts";
import type { Permission } from "./permissions.ts";

/** First line of every use case. Throws PERMISSION_MISSING, naming what is missing. */
export function requirePermission(ctx: Pick<Context, "actor">, permission: Permission): void {
  if (ctx.actor.permissions.has(permission)) return;
  throw forbidden("PERMISSION_MISSING", `This key may not do that: it needs the permission ${permission}.`, { permission });
}
