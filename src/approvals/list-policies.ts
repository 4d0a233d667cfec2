import { requirePermission } from "../access/index.ts";
import { decodeIdCursor, isId, type Page, type PageInput, pageSize, toPage } from "../base/index.ts";
import type { Campaign } from "../campaigns/index.ts";
import type { Context } from "../storage/index.ts";
import { type ApprovalPolicy, ApprovalPolicySchema } from "./approval-policy.entity.ts";
import { matchingPolicy } from "./matching-policy.ts";

export type PolicyFilter = PageInput & { readonly active?: boolean | null };

/** Policies, newest first. */
export async function listApprovalPolicies(ctx: Context, filter: PolicyFilter): Promise<Page<ApprovalPolicy>> {
  requirePermission(ctx, "campaigns:read");
  const size = pageSize(filter);
  const after = decodeIdCursor(filter.after);
  const where = filter.active == null ? {} : { activatedAt: filter.active ? { $ne: null } : null };
  const page = after ? { $and: [where, { id: { $lt: after } }] } : where;
  const rows = await ctx.em.find(ApprovalPolicySchema, page, { orderBy: { id: "desc" }, limit: size + 1 });
  return toPage(
    rows,
    size,
    (policy) => policy.id,
    () => ctx.em.count(ApprovalPolicySchema, where),
  );
}

/** Null when there is no such policy. */
export async function findApprovalPolicy(ctx: Context, id: string): Promise<ApprovalPolicy | null> {
  requirePermission(ctx, "campaigns:read");
  return isId(id) ? ctx.em.findOne(ApprovalPolicySchema, { id }) : null;
}

/** The policy that asks for approval when this actor lets each of these campaigns go out; read once for all of them. */
export async function findPoliciesFor(
  ctx: Context,
  campaigns: readonly Pick<Campaign, "title" | "category" | "channel" | "tags" | "pastTitles" | "pastTags">[],
): Promise<(ApprovalPolicy | null)[]> {
  const inForce = await ctx.em.find(ApprovalPolicySchema, { activatedAt: { $ne: null } });
  return campaigns.map((campaign) => matchingPolicy(inForce, { campaign, requester: ctx.actor }));
}
