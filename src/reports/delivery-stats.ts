import { requirePermission } from "../access/index.ts";
import type { ExclusionReason } from "../executions/index.ts";
import { type Context, parseInstant, run } from "../storage/index.ts";
import { selectStats } from "./sql/select-stats.ts";

/** `accepted` is the sum of all the others down to `excluded`, at the instant `asOf`. */
export type DeliveryStats = {
  readonly accepted: number;
  readonly queued: number;
  readonly claimed: number;
  readonly sending: number;
  readonly sent: number;
  readonly delivered: number;
  readonly bounced: number;
  readonly failed: number;
  readonly uncertain: number;
  readonly excluded: number;
  readonly exclusions: readonly { readonly reason: ExclusionReason; readonly count: number }[];
  readonly ratePerSecond: number;
  readonly asOf: Date;
};

/** A campaign, or one execution of it. */
export type StatsScope = { readonly campaignId: string; readonly executionId: string | null };

/** The totals of many scopes, in their order, in one statement: one snapshot, so that every sum is exact. */
export async function findStats(ctx: Context, scopes: readonly StatsScope[]): Promise<DeliveryStats[]> {
  // Whoever may execute sees what becomes of an execution, in the answer to executing it.
  const isOfExecutions = scopes.every((scope) => scope.executionId !== null);
  if (!isOfExecutions || !ctx.actor.permissions.has("campaigns:execute")) requirePermission(ctx, "campaigns:read");
  return readStats(ctx, scopes);
}

/** Without a permission of its own, for streams that asked for theirs when they began. */
export async function readStats(ctx: Pick<Context, "em">, scopes: readonly StatsScope[]): Promise<DeliveryStats[]> {
  if (scopes.length === 0) return [];
  const rows = await run(ctx, selectStats(scopes));
  return rows.map((row) => ({ ...row, asOf: parseInstant(row.asOf) }));
}
