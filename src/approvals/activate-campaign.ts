import { requirePermission } from "../access/index.ts";
import { checkRevision, conflict } from "../base/index.ts";
import { activateDraft, type Campaign, lockCampaign, requireAction } from "../campaigns/index.ts";
import { type Context, inTransaction } from "../storage/index.ts";
import { findPoliciesFor } from "./list-policies.ts";

export type ActivateInput = {
  readonly id: string;
  /** What was looked at: a draft that somebody changed since is another. */
  readonly expectedRevision?: number | null;
};

/**
 * Makes the draft version the live one: SCHEDULED if its start lies ahead, else LIVE; a running campaign keeps its
 * status. Fails with APPROVAL_REQUIRED where a policy wants somebody to look at it first.
 */
export async function activateCampaign(ctx: Context, { id, expectedRevision }: ActivateInput): Promise<Campaign> {
  requirePermission(ctx, "campaigns:publish");
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, id);
    requireAction(campaign, "ACTIVATE");
    checkRevision("campaign", campaign, expectedRevision);
    await requireNoPolicy(tx, campaign);
    await activateDraft(tx, campaign, "ACTIVATE");
    return campaign;
  });
}

async function requireNoPolicy(ctx: Context, campaign: Campaign): Promise<void> {
  const [policy] = await findPoliciesFor(ctx, [campaign]);
  if (!policy) return;
  throw conflict("APPROVAL_REQUIRED", `The policy ${policy.name} asks for approval: call requestApproval instead.`, {
    policyId: policy.id,
    policyName: policy.name,
    next: "requestApproval",
  });
}
