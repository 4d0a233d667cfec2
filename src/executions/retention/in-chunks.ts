import { toError } from "../../base/index.ts";
import { type Context, isPassingFault } from "../../storage/index.ts";

/** What fails for so many campaigns is no matter of theirs. */
const asideMax = 100;

export type Chunk = {
  /** Items at most. */
  readonly size: number;
  /** What is left aside for this run. */
  readonly exceptCampaignIds: readonly string[];
};

export type ChunkedWork = {
  readonly chunksMax: number;
  readonly sizeMax: number;
  /** One chunk, the oldest first, committed by itself. False when there was nothing left. */
  readonly take: (chunk: Chunk) => Promise<boolean>;
  /** Whose the first item of the next chunk is. */
  readonly whose: (chunk: Chunk) => Promise<string | undefined>;
};

/**
 * Works chunk by chunk. Where one fails, smaller ones follow until the item at fault stands alone: its campaign is left aside until the
 * next run, and holds up no other.
 */
export async function inChunks(ctx: Context, work: ChunkedWork): Promise<void> {
  const exceptCampaignIds: string[] = [];
  let size = work.sizeMax;
  for (let chunk = 0; chunk < work.chunksMax; chunk += 1) {
    try {
      if (!(await work.take({ size, exceptCampaignIds }))) return;
    } catch (error) {
      if (isPassingFault(error) || exceptCampaignIds.length >= asideMax) throw error;
      if (size === 1) exceptCampaignIds.push(...(await findFaulty(ctx, work, { exceptCampaignIds, error })));
      size = size === 1 ? work.sizeMax : Math.ceil(size / 2);
    }
  }
}

type Failure = { readonly exceptCampaignIds: readonly string[]; readonly error: unknown };

async function findFaulty(ctx: Context, { whose }: ChunkedWork, { exceptCampaignIds, error }: Failure): Promise<string[]> {
  const campaignId = await whose({ size: 1, exceptCampaignIds });
  if (!campaignId) return [];
  const what = "executions: what is old of a campaign could not be erased; the next run tries again";
  ctx.log.error({ err: toError(error), campaignId }, what);
  return [campaignId];
}
