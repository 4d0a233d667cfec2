import { type Context, recordEvent, run } from "../../storage/index.ts";
import { eraseReplays, selectCampaignOfReplays } from "../sql/erase-replays.ts";
import { type Chunk, inChunks } from "./in-chunks.ts";

/** Messages of one transaction. */
const chunkSize = 5000;
const chunksMax = 1000;

/** Erases what FAILED and UNCERTAIN messages kept, at the end of their replay period. */
export async function eraseExpiredReplays(ctx: Context, { replayDays }: { readonly replayDays: number }): Promise<void> {
  let messages = 0;
  const plan = ({ size, exceptCampaignIds }: Chunk) => ({ replayDays, limit: size, exceptCampaignIds });
  await inChunks(ctx, {
    chunksMax,
    sizeMax: chunkSize,
    async take(chunk) {
      const [erased] = await run(ctx, eraseReplays(plan(chunk)));
      messages += erased?.count ?? 0;
      return (erased?.count ?? 0) >= chunk.size;
    },
    whose: async (chunk) => (await run(ctx, selectCampaignOfReplays(plan(chunk))))[0]?.campaignId,
  });
  if (messages === 0) return;
  ctx.log.info({ messages }, "executions: the replay period of messages ended");
  await recordEvent(ctx, { type: "replays.expired", campaignId: null, data: { messages } });
}
