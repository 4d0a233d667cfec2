import { type Context, isDatabaseAway, run } from "../storage/index.ts";
import { doApart, type Failed, lockWait } from "./apart.ts";
import { type Recovery, recoverMessages, selectOrphanedCampaigns } from "./sql/recover-messages.ts";

export type Recovered = {
  readonly messages: number;
  /** Campaigns of which nothing could be recovered. */
  readonly failed: readonly Failed<string>[];
};

/** Takes over what dead workers had, all at once; where that fails, campaign by campaign, so that one at fault holds up no other. */
export async function recover(ctx: Pick<Context, "em">, recovery: Recovery): Promise<Recovered> {
  try {
    return { messages: await recoverSome(ctx, { ...recovery, lockMilliseconds: lockWait(false) }), failed: [] };
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
  }
  let messages = 0;
  const orphaned = await run(ctx, selectOrphanedCampaigns(recovery));
  const failed = await doApart(
    orphaned.map(({ campaignId }) => campaignId),
    {
      act: async (campaignIds) => {
        messages += await recoverSome(ctx, { ...recovery, campaignIds, lockMilliseconds: lockWait(true) });
      },
    },
  );
  return { messages, failed };
}

async function recoverSome(ctx: Pick<Context, "em">, recovery: Recovery): Promise<number> {
  const [row] = await run(ctx, recoverMessages(recovery));
  return row?.count ?? 0;
}
