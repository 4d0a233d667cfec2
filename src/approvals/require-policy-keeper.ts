import { requireEverywhere } from "../access/index.ts";
import type { Context } from "../storage/index.ts";

/** Policies bind every campaign: whoever is limited to some could take its own out from under them. */
export function requirePolicyKeeper(ctx: Pick<Context, "actor">): void {
  requireEverywhere(ctx, { permission: "approvals:write", what: "Approval policies bind every campaign" });
}
