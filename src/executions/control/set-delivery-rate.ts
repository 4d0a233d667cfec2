import { requirePermission } from "../../access/index.ts";
import { type Campaign, checkDeliveryRate, lockCampaign, requireAction } from "../../campaigns/index.ts";
import { announce, type Context, changesBetween, inTransaction, recordEvent, run } from "../../storage/index.ts";
import { planWindows } from "../rate-plan.ts";
import { excludeBeyondWindow, selectOpenExecutions, updatePlannedFinish } from "../sql/control-messages.ts";
import { takeBackClaimed } from "./take-back.ts";

/**
 * Obeyed within a second. A lower rate is checked against the 12 hours of every open execution: who no longer fits
 * is excluded with RATE_WINDOW_EXCEEDED before this returns. A higher rate brings nobody back. Null is unthrottled.
 */
export async function setDeliveryRate(
  ctx: Context,
  input: { readonly id: string; readonly perSecond: number | null },
): Promise<Campaign> {
  requirePermission(ctx, "campaigns:publish");
  checkDeliveryRate(input.perSecond);
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, input.id);
    requireAction(campaign, "SET_DELIVERY_RATE");
    const from = campaign.deliveryRate;
    campaign.deliveryRate = input.perSecond;
    campaign.updatedAt = tx.clock.now();
    await tx.em.flush();
    if (input.perSecond !== null && (from === null || input.perSecond < from)) await cutTail(tx, campaign, input.perSecond);
    await run(tx, updatePlannedFinish(campaign.id));
    await recordEvent(tx, {
      type: "campaign.delivery-rate-set",
      campaignId: campaign.id,
      data: { from, to: input.perSecond },
      changes: changesBetween({ deliveryRate: from }, { deliveryRate: input.perSecond }),
    });
    await announce(tx, { topic: "queued", campaignIds: [campaign.id] });
    return campaign;
  });
}

async function cutTail(ctx: Context, campaign: Campaign, perSecond: number): Promise<void> {
  const executions = await run(ctx, selectOpenExecutions(campaign.id));
  const cuts = planWindows(perSecond, executions);
  if (cuts.length === 0) return;
  await takeBackClaimed(ctx, campaign.id);
  await run(ctx, excludeBeyondWindow(campaign.id, cuts));
}
