import { type Context, recordEvent, run } from "../../storage/index.ts";
import { type Erasure, eraseExecutions, type RetentionDays } from "../sql/erase-executions.ts";

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
  for (let chunk = 0; chunk < chunksMax; chunk += 1) {
    const [erased]: Erasure[] = await run(ctx, eraseExecutions({ ...retention, ...chunkMax, finishedFrom }));
    if (!erased || erased.taken === 0) break;
    messages += erased.messages;
    executions += erased.executions;
    if (erased.executions > 0) finishedFrom = erased.finishedUntil;
  }
  if (executions === 0) return;
  ctx.log.info({ executions, messages }, "executions: recipients of old executions were erased");
  await recordEvent(ctx, { type: "executions.erased", campaignId: null, data: { executions, messages } });
}
