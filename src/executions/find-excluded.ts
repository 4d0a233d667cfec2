import { requirePermission } from "../access/index.ts";
import { type Context, run } from "../storage/index.ts";
import type { Execution } from "./execution.entity.ts";
import { type ExcludedRecipient, selectExcluded } from "./sql/select-excluded.ts";

/**
 * For the answer to a call: whom of its recipients it excluded, and why. Whoever may execute may know, since a call for one person
 * tells it by its counts; addresses and what else became of a message need messages:read.
 */
export async function findExcluded(ctx: Context, execution: Execution, limit: number): Promise<ExcludedRecipient[]> {
  requirePermission(ctx, "campaigns:execute");
  return run(ctx, selectExcluded(execution, limit));
}
