import { requirePermission } from "../../access/index.ts";
import { conflict } from "../../base/index.ts";
import { lockCampaign } from "../../campaigns/index.ts";
import { announce, type Context, databaseNow, inTransaction, recordEvent } from "../../storage/index.ts";
import type { Execution } from "../execution.entity.ts";
import { getExecution } from "../find-execution.ts";
import { withdrawWaiting } from "./take-back.ts";

/** Whoever of this execution still waits is excluded with EXECUTION_CANCELLED. Cancelling it again changes nothing. */
export async function cancelExecution(ctx: Context, id: string): Promise<Execution> {
  requirePermission(ctx, "campaigns:publish");
  return inTransaction(ctx, async (tx) => {
    const execution = await getExecution(tx, id);
    await lockCampaign(tx, execution.campaignId);
    await tx.em.refresh(execution);
    if (execution.status === "CANCELLED") return execution;
    if (execution.status === "FINISHED")
      throw conflict("ACTION_NOT_ALLOWED", "The execution is FINISHED: nothing of it waits any more.", { status: "FINISHED" });
    execution.status = "CANCELLED";
    execution.finishedAt = await databaseNow(tx);
    await tx.em.flush();
    const detail = "The execution was cancelled before this message was sent.";
    await withdrawWaiting(tx, { campaignId: execution.campaignId, executionId: id, exclusion: "EXECUTION_CANCELLED", detail });
    await recordEvent(tx, { type: "execution.cancelled", campaignId: execution.campaignId, data: { executionId: id } });
    await announce(tx, { topic: "queued", campaignIds: [execution.campaignId] });
    return execution;
  });
}
