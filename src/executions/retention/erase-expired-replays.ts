import { type Context, recordEvent, run } from "../../storage/index.ts";
import { eraseReplays } from "../sql/erase-replays.ts";

/** Messages of one transaction. */
const chunkSize = 5000;
const chunksMax = 1000;

/** Erases what FAILED and UNCERTAIN messages kept, at the end of their replay period. */
export async function eraseExpiredReplays(ctx: Context, { replayDays }: { readonly replayDays: number }): Promise<void> {
  let messages = 0;
  for (let chunk = 0; chunk < chunksMax; chunk += 1) {
    const [erased] = await run(ctx, eraseReplays(replayDays, chunkSize));
    messages += erased?.count ?? 0;
    if ((erased?.count ?? 0) < chunkSize) break;
  }
  if (messages === 0) return;
  ctx.log.info({ messages }, "executions: the replay period of messages ended");
  await recordEvent(ctx, { type: "replays.expired", campaignId: null, data: { messages } });
}
