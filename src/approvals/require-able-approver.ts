import { ApiKeySchema, keyStatus, permissionsOf } from "../access/index.ts";
import { conflict } from "../base/index.ts";
import type { Context } from "../storage/index.ts";
import type { ApprovalPolicy } from "./approval-policy.entity.ts";

/**
 * Asked before a policy comes into force: one whose approvers cannot publish, or are gone, would keep every campaign that it
 * binds from going live.
 */
export async function requireAbleApprover(ctx: Context, policy: ApprovalPolicy): Promise<void> {
  if (policy.approverRoles.some((role) => canPublish({ role }))) return;
  const keys = await ctx.em.find(ApiKeySchema, { id: { $in: policy.approverIds } });
  if (keys.some((key) => keyStatus(key, ctx.clock.now()) === "ACTIVE" && canPublish(key))) return;
  throw conflict(
    "ACTION_NOT_ALLOWED",
    `Nobody whom the policy ${policy.name} names as an approver can publish: name a key that works, or a role, with the permission campaigns:publish.`,
    { policyId: policy.id, permission: "campaigns:publish" },
  );
}

function canPublish(holder: Parameters<typeof permissionsOf>[0]): boolean {
  return permissionsOf(holder).includes("campaigns:publish");
}
