import { forbidden } from "../base/index.ts";
import type { Context } from "../storage/index.ts";
import type { Permission } from "./permissions.ts";
import { requirePermission } from "./require-permission.ts";

/** `what` begins the sentence of a refusal: "Approval policies bind every campaign". */
export type Everywhere = { readonly permission: Permission; readonly what: string };

/**
 * First line of a use case whose effect reaches every campaign: whoever is limited to some could lift, through it, what
 * holds for the others, and what holds for its own. Throws PERMISSION_MISSING.
 */
export function requireEverywhere(ctx: Pick<Context, "actor"> & Partial<Context>, { permission, what }: Everywhere): void {
  requirePermission(ctx, permission);
  if (ctx.actor.reach === null) return;
  ctx.log?.info({ actorId: ctx.actor.id, permission, requestId: ctx.requestId }, "refused: limited to some campaigns");
  throw forbidden("PERMISSION_MISSING", `${what}, and this key is limited to some. Use a key without limits.`, { permission });
}
