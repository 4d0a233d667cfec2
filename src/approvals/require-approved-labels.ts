import { conflict } from "../base/index.ts";
import { type Campaign, isEnded, type LabelChange, noPastLabels } from "../campaigns/index.ts";
import type { Context } from "../storage/index.ts";
import { isApprover } from "./approver.ts";
import { findPoliciesFor } from "./list-policies.ts";

/**
 * Title and tags of a running campaign change at once, and policies go by them: what runs must not come under a policy that
 * nobody asked. Throws APPROVAL_REQUIRED, unless one of those changes it whom the policy names as approvers.
 */
export async function requireApprovedLabels(ctx: Context, { before, campaign }: LabelChange): Promise<void> {
  if (campaign.liveVersionId === null || isEnded(campaign.status)) return;
  const present: Campaign = { ...campaign, ...noPastLabels };
  const [was = null, is = null] = await findPoliciesFor(ctx, [{ ...present, ...before }, present]);
  if (is === null || is.id === was?.id || isApprover(is, ctx.actor)) return;
  throw conflict(
    "APPROVAL_REQUIRED",
    `With this title and these tags the policy ${is.name} would bind the campaign, which runs without its approval. Let one of its approvers change them, or change them in a duplicate and call requestApproval for that.`,
    { policyId: is.id, policyName: is.name },
  );
}
