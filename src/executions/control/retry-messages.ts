import { z } from "zod";
import { requirePermission } from "../../access/index.ts";
import { type AppError, conflict, notFound, parseInput, storableText } from "../../base/index.ts";
import { type Campaign, isEnded, lockCampaign } from "../../campaigns/index.ts";
import { announce, type Context, databaseNow, inTransaction, recordEvent, run } from "../../storage/index.ts";
import { parseDeadStatuses } from "../find-dead-letters.ts";
import { getExecution } from "../find-execution.ts";
import type { MessageStatus } from "../message.ts";
import { updatePlannedFinish } from "../sql/control-messages.ts";
import { type RetryScope, retryMessages as retryStatement, selectExpired } from "../sql/retry-messages.ts";

/** One transaction's share: a pause or a trigger that comes meanwhile waits for no more than this. */
const chunkSize = 5000;

export type RetryInput = {
  readonly campaignId: string;
  readonly executionId?: string | null;
  readonly statuses: readonly MessageStatus[];
  /** Only with this code, as `deadLetterReasons` lists them. */
  readonly errorCode?: string | null;
  /** Only these messages, 1 to 5,000. */
  readonly ids?: readonly string[] | null;
};

const filterSchema = z.object({
  errorCode: storableText(500).nullish(),
  ids: z.array(z.uuid()).min(1).max(chunkSize).nullish(),
});

/**
 * Dead letters back to the queue, under the same key, with a retry period of their own. Returns how many. Executions
 * that were cancelled are passed over, and so are messages whose replay period is over: when nothing else is meant,
 * that is REPLAY_EXPIRED. What one transaction has queued stays queued when a later one fails.
 */
export async function retryMessages(ctx: Context, input: RetryInput, options: { readonly replayDays: number }): Promise<number> {
  requirePermission(ctx, "messages:resolve");
  const { campaignId, executionId = null } = input;
  const { errorCode = null, ids = null } = parseInput(filterSchema, { errorCode: input.errorCode, ids: input.ids });
  const statuses = parseDeadStatuses(input.statuses);
  const scope: RetryScope = { campaignId, executionId, statuses, errorCode, ids, replayDays: options.replayDays };
  let total = 0;
  for (let afterId: string | null = null; ; ) {
    const chunk = await inTransaction(ctx, (tx) => retryChunk(tx, scope, afterId));
    total += chunk.count;
    if (chunk.count < chunkSize) break;
    afterId = chunk.lastId;
  }
  if (total === 0) await refuseExpired(ctx, scope);
  else await planAnew(ctx, campaignId);
  return total;
}

type Chunk = { readonly count: number; readonly lastId: string | null };

async function retryChunk(tx: Context, scope: RetryScope, afterId: string | null): Promise<Chunk> {
  const { campaignId, executionId, statuses } = scope;
  const campaign = await lockCampaign(tx, campaignId);
  if (!isRunning(campaign, await databaseNow(tx))) throw notLive(campaign);
  if (executionId) await requireExecutionOf(tx, campaignId, executionId);
  const [chunk] = await run(tx, retryStatement({ ...scope, afterId, limit: chunkSize }));
  if (!chunk || chunk.count === 0) return { count: 0, lastId: null };
  await recordEvent(tx, { type: "messages.retried", campaignId, data: { executionId, statuses, count: chunk.count } });
  await announce(tx, { topic: "queued", campaignIds: [campaignId] });
  return chunk;
}

/** At its end the clock is about to complete it: what went back to the queue now would only be excluded. */
function isRunning({ status, closesAt }: Campaign, now: Date): boolean {
  return (status === "LIVE" || status === "PAUSED") && (closesAt === null || closesAt > now);
}

function notLive({ status }: Campaign): AppError {
  const hint = isEnded(status)
    ? "Duplicate it, activate the copy and execute that for these recipients."
    : "Activate it, and execute it once it is LIVE.";
  return conflict(
    "CAMPAIGN_NOT_LIVE",
    `The campaign is ${status} or at its end; only messages of a LIVE or PAUSED one can be sent again. ${hint}`,
    { status },
  );
}

async function requireExecutionOf(tx: Context, campaignId: string, id: string): Promise<void> {
  const execution = await getExecution(tx, id);
  if (execution.campaignId !== campaignId)
    throw notFound("EXECUTION_NOT_FOUND", `There is no execution ${id} of this campaign.`, { id });
}

async function refuseExpired(ctx: Context, scope: RetryScope): Promise<void> {
  const [found] = await run(ctx, selectExpired(scope));
  if (!found?.expired) return;
  throw conflict(
    "REPLAY_EXPIRED",
    `These messages can no longer be sent again: what they need is kept for ${scope.replayDays} days after they failed. Execute the campaign for these recipients anew.`,
    { replayDays: scope.replayDays },
  );
}

/** In a transaction of its own: it locks executions, and must hold no totals then. */
function planAnew(ctx: Context, campaignId: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const campaign = await lockCampaign(tx, campaignId);
    if (campaign.deliveryRate !== null) await run(tx, updatePlannedFinish(campaignId));
  });
}
