import { invariant } from "../base/index.ts";
import { announce, type Context, changesBetween, recordEvent } from "../storage/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import { type CampaignAction, type CampaignStatus, type ClockAction, moves } from "./status.ts";

export type StatusChange = {
  readonly action: CampaignAction | ClockAction;
  readonly to: CampaignStatus;
  /** In words of ours: it is recorded for good. */
  readonly reason?: string | null;
  /** What somebody wrote about it. The campaign shows it; the audit trail, from which nothing can be taken, does not have it. */
  readonly said?: string | null;
};

/** The only place where a campaign's status changes: checked against the table, recorded, announced. */
export async function changeStatus(ctx: Context, campaign: Campaign, change: StatusChange): Promise<void> {
  const from = campaign.status;
  invariant(moves[from][change.action]?.to.includes(change.to), `${change.action} does not lead from ${from} to ${change.to}`);
  campaign.status = change.to;
  campaign.statusReason = [change.reason, change.said].filter(Boolean).join(": ") || null;
  campaign.updatedAt = ctx.clock.now();
  await ctx.em.flush();
  const { action, to, reason = null } = change;
  const eventId = await recordEvent(ctx, {
    type: "campaign.status-changed",
    campaignId: campaign.id,
    data: { action, from, to, reason },
    changes: changesBetween({ status: from }, { status: to }),
  });
  await announce(ctx, { topic: "campaign-status", eventId, campaignId: campaign.id });
}
