/** A rate-limited execution has to be sent within this time of its start; what does not fit is known at accept. */
export const windowHours = 12;
const windowSeconds = windowHours * 3600;

export type LaneState = {
  /** Messages a second; null is unthrottled. */
  readonly deliveryRate: number | null;
  /** Messages accepted earlier and not yet sent. */
  readonly owed: number;
};

/** How many more messages fit, when sending starts `delaySeconds` from now. Pure. */
export function laneCapacity(lane: LaneState, delaySeconds = 0): number {
  if (lane.deliveryRate === null) return Number.POSITIVE_INFINITY;
  return Math.max(0, lane.deliveryRate * windowSeconds - owedAt(lane, delaySeconds));
}

/** Seconds from the start until the last of `count` further messages is sent; null without a rate. Pure. */
export function plannedSeconds(lane: LaneState, count: number, delaySeconds = 0): number | null {
  if (lane.deliveryRate === null) return null;
  return (owedAt(lane, delaySeconds) + count) / lane.deliveryRate;
}

function owedAt(lane: LaneState, delaySeconds: number): number {
  return Math.max(0, lane.owed - delaySeconds * (lane.deliveryRate ?? 0));
}

export type OpenExecution = {
  readonly executionId: string;
  readonly queued: number;
  /** Seconds until its window ends; every execution has one, also when it was accepted without a rate. */
  readonly secondsLeft: number;
  /** Above 0 for one that begins later; until then the lane works off what stands before it. */
  readonly secondsUntilStart: number;
};

/**
 * After a change of the rate: how many queued messages of each execution still fit into its window, in the order
 * in which they are sent. Only executions that lose some are returned. Pure.
 */
export function planWindows(perSecond: number, executions: readonly OpenExecution[]): { executionId: string; keep: number }[] {
  const cuts: { executionId: string; keep: number }[] = [];
  let before = 0;
  for (const { executionId, queued, secondsLeft, secondsUntilStart } of executions) {
    const ahead = Math.max(0, before - perSecond * secondsUntilStart);
    const room = Math.floor(perSecond * Math.max(0, secondsLeft - secondsUntilStart) - ahead);
    const keep = Math.min(queued, Math.max(0, room));
    if (keep < queued) cuts.push({ executionId, keep });
    before += keep;
  }
  return cuts;
}
