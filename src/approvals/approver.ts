import { requirePermission } from "../access/index.ts";
import { forbidden } from "../base/index.ts";
import type { Actor, Context } from "../storage/index.ts";
import type { ApprovalRequest } from "./approval-request.entity.ts";

type Approvers = Pick<ApprovalRequest, "approverIds" | "approverRoles">;

/** Whether the policy of this request names this actor. Pure. */
export function isApprover({ approverIds, approverRoles }: Approvers, { id, roles }: Pick<Actor, "id" | "roles">): boolean {
  return approverIds.includes(id) || approverRoles.some((role) => roles.has(role));
}

/** Whether this actor asked for it and may not be the one who grants it. Pure. */
export function isSelfApproval(
  request: Pick<ApprovalRequest, "requesterId" | "blockSelfApproval">,
  actor: Pick<Actor, "id">,
): boolean {
  return request.blockSelfApproval && request.requesterId === actor.id;
}

/** Throws NOT_AN_APPROVER, naming who can. */
export function requireApprover(ctx: Context, request: ApprovalRequest): void {
  if (isApprover(request, ctx.actor)) return;
  const { policyName, approverIds, approverRoles } = request;
  const named = [...approverRoles.map((role) => `the role ${role}`), ...approverIds.map((id) => `the key ${id}`)];
  throw forbidden("NOT_AN_APPROVER", `The policy ${policyName} leaves this to others: ${named.join(", ")}.`, {
    approverIds,
    approverRoles,
  });
}

/** Throws SELF_APPROVAL for whoever asked, where the policy wants another pair of eyes. */
export function requireOther(ctx: Context, request: ApprovalRequest): void {
  if (!isSelfApproval(request, ctx.actor)) return;
  throw forbidden("SELF_APPROVAL", `The policy ${request.policyName} does not let whoever asked approve: somebody else has to.`);
}

/** Authors and those who publish both take part; whoever only looks on does not. */
export function requirePart(ctx: Context): void {
  if (!ctx.actor.permissions.has("campaigns:publish")) requirePermission(ctx, "campaigns:write");
}
