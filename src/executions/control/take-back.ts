import { type Context, run } from "../../storage/index.ts";
import { lockIdleBatches, releaseClaimed, type Withdrawal, withdrawMessages } from "../sql/control-messages.ts";

/** Takes back what workers claimed and have not begun to send. The caller holds the campaign for update. */
export async function takeBackClaimed(ctx: Context, campaignId: string): Promise<void> {
  await run(ctx, lockIdleBatches(campaignId));
  await run(ctx, releaseClaimed(campaignId));
}

/** Excludes everybody who still waits, claimed or not. The caller holds the campaign for update. */
export async function withdrawWaiting(ctx: Context, withdrawal: Withdrawal): Promise<void> {
  await run(ctx, lockIdleBatches(withdrawal.campaignId));
  await run(ctx, withdrawMessages(withdrawal));
}
