import { type Execution, findExecutionsOf } from "../executions/index.ts";
import type { Context } from "../storage/index.ts";
import { type DeliveryStats, readStats } from "./delivery-stats.ts";

export type Progress = { readonly execution: Execution; readonly totals: DeliveryStats };

/** By campaign. */
export async function readTotals(ctx: Context, campaignIds: readonly string[]): Promise<Map<string, DeliveryStats>> {
  const found = await readStats(
    ctx,
    campaignIds.map((campaignId) => ({ campaignId, executionId: null })),
  );
  return pairs(campaignIds, found);
}

/** By execution. Its totals are read after it: they are never older than its status. */
export async function readProgress(ctx: Context, executionIds: readonly string[]): Promise<Map<string, Progress>> {
  const executions = await findExecutionsOf(ctx, executionIds);
  const found = await readStats(
    ctx,
    executions.map(({ id, campaignId }) => ({ campaignId, executionId: id })),
  );
  const totals = pairs(executions, found);
  return new Map([...totals].map(([execution, each]) => [execution.id, { execution, totals: each }]));
}

function pairs<K, V>(keys: readonly K[], values: readonly V[]): Map<K, V> {
  return new Map(values.flatMap((value, position) => (keys[position] === undefined ? [] : [[keys[position], value] as const])));
}

export function isSameTotals(previous: DeliveryStats, next: DeliveryStats): boolean {
  const { asOf: _previous, ...before } = previous;
  const { asOf: _next, ...after } = next;
  return JSON.stringify(before) === JSON.stringify(after);
}

export function isSameProgress(previous: Progress, next: Progress): boolean {
  return (
    previous.execution.status === next.execution.status &&
    isSameTotals({ ...previous.totals, ratePerSecond: 0 }, { ...next.totals, ratePerSecond: 0 })
  );
}

/** Whether nothing of it is open any more. */
export function isOver({ execution, totals }: Progress): boolean {
  return execution.status !== "RUNNING" && totals.queued + totals.claimed + totals.sending === 0;
}
