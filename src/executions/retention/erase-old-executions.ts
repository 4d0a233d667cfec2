import { type Context, recordEvent, run } from "../../storage/index.ts";
import {
  type Erasure,
  type ErasureChunk,
  eraseExecutions,
  type RetentionDays,
  selectCampaignToErase,
} from "../sql/erase-executions.ts";
import { type Chunk, inChunks } from "./in-chunks.ts";

/** Of one transaction: a pause of their campaigns waits for no more than this. */
const chunkMax = { executionsMax: 1000, messagesMax: 5000 };
/** Of one run: less than ten minutes. The next one goes on where it stopped. */
const chunksMax = 4000;

/**
 * Erases who the recipients of old executions were. What happened to each message stays, and so do all totals. Each
 * chunk is committed by itself: a run that is cut short has lost nothing.
 */
export async function eraseOldExecutions(ctx: Context, retention: RetentionDays): Promise<void> {
  let [messages, executions] = [0, 0];
  let finishedFrom: string | null = null;
  const plan = ({ size, exceptCampaignIds }: Chunk): ErasureChunk => ({
    ...retention,
    executionsMax: size,
    messagesMax: chunkMax.messagesMax,
    exceptCampaignIds,
    finishedFrom,
  });
  await inChunks(ctx, {
    chunksMax,
    sizeMax: chunkMax.executionsMax,
    async take(chunk) {
      const [erased]: Erasure[] = await run(ctx, eraseExecutions(plan(chunk)));
      if (!erased || erased.taken === 0) return false;
      messages += erased.messages;
      executions += erased.executions;
      if (erased.executions > 0) finishedFrom = erased.finishedUntil;
      return true;
    },
    whose: async (chunk) => (await run(ctx, selectCampaignToErase(plan(chunk))))[0]?.campaignId,
  });
  if (executions === 0) return;
  ctx.log.info({ executions, messages }, "executions: recipients of old executions were erased");
  await recordEvent(ctx, { type: "executions.erased", campaignId: null, data: { executions, messages } });
}
