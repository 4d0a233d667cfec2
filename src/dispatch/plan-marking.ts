/**
 * Marked SENDING ahead of their instant, or of their turn at a provider with a quota, so that no question to the database
 * stands between them and the wire. What is marked may be sent after a pause and is uncertain after a crash: little of it.
 */
export const markedSeconds = 0.16;

export type MarkState = {
  /** Of the campaign; null without one. */
  readonly deliveryRate: number | null;
  /** Marked, and not yet given to the provider. */
  readonly marked: number;
  /** How many more of this lane the provider takes. */
  readonly room: number;
  /** What a provider with a quota takes of this lane, the present ones included; null without a quota. */
  readonly quotaShare: number | null;
};

/** How many more to mark. What is paced is marked once half of it is gone, so that one statement marks several pieces. Pure. */
export function planMarking({ deliveryRate, marked, room, quotaShare }: MarkState): number {
  const free = Math.max(0, room - marked);
  const underRate = deliveryRate === null ? free : refill(marked, Math.max(2, Math.ceil(deliveryRate * markedSeconds)));
  return quotaShare === null ? underRate : Math.min(underRate, refill(quotaShare - free, quotaShare));
}

function refill(present: number, target: number): number {
  return present > target / 2 ? 0 : target - present;
}
