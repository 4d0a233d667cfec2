import { type Context, inTransaction, recordEvent, run } from "../storage/index.ts";
import { type ApprovalPolicy, ApprovalPolicySchema } from "./approval-policy.entity.ts";
import { requireAbleApprover } from "./require-able-approver.ts";
import { requirePolicyKeeper } from "./require-policy-keeper.ts";
import { getPolicy, requireInactive } from "./save-policy.ts";
import { lockPolicies } from "./sql/lock-policies.ts";

/** Puts a policy in force, as the latest one. One that is in force already becomes the latest. */
export async function activateApprovalPolicy(ctx: Context, id: string): Promise<ApprovalPolicy> {
  requirePolicyKeeper(ctx);
  return inTransaction(ctx, async (tx) => {
    await run(tx, lockPolicies());
    const policy = await getPolicy(tx, id);
    await requireAbleApprover(tx, policy);
    policy.activatedAt = await afterAllOthers(tx);
    return changed(tx, policy, "approval-policy.activated");
  });
}

/** Two activations in one millisecond have an order too. */
async function afterAllOthers(ctx: Context): Promise<Date> {
  const [latest] = await ctx.em.find(
    ApprovalPolicySchema,
    { activatedAt: { $ne: null } },
    { orderBy: { activatedAt: "desc" }, limit: 1 },
  );
  return new Date(Math.max(ctx.clock.now().getTime(), (latest?.activatedAt?.getTime() ?? 0) + 1));
}

/** Takes it out of force: nothing is asked for by it from now on. Requests that it asked for stay open. */
export async function deactivateApprovalPolicy(ctx: Context, id: string): Promise<ApprovalPolicy> {
  requirePolicyKeeper(ctx);
  return inTransaction(ctx, async (tx) => {
    await run(tx, lockPolicies());
    const policy = await getPolicy(tx, id);
    if (policy.activatedAt === null) return policy;
    policy.activatedAt = null;
    return changed(tx, policy, "approval-policy.deactivated");
  });
}

/** Removes a policy that is not in force; answers its id. Its requests stay, with what it said. */
export async function deleteApprovalPolicy(ctx: Context, id: string): Promise<string> {
  requirePolicyKeeper(ctx);
  return inTransaction(ctx, async (tx) => {
    await run(tx, lockPolicies());
    const policy = await getPolicy(tx, id);
    requireInactive(policy, "deleted");
    const { id: policyId, name } = policy;
    await tx.em.remove(policy).flush();
    await recordEvent(tx, { type: "approval-policy.deleted", campaignId: null, data: { policyId, name } });
    return policyId;
  });
}

type Change = "approval-policy.activated" | "approval-policy.deactivated";

async function changed(ctx: Context, policy: ApprovalPolicy, type: Change): Promise<ApprovalPolicy> {
  policy.revision += 1;
  policy.updatedAt = ctx.clock.now();
  await ctx.em.flush();
  const { id: policyId, name, revision } = policy;
  await recordEvent(ctx, { type, campaignId: null, data: { policyId, name, revision } });
  return policy;
}
