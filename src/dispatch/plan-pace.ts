/**
 * How a rate is cut into slices: `slice` messages every `intervalMilliseconds`. Bottleneck manages a few hundred jobs
 * a second, so above 200/s a slice carries several messages: 5 ms worth, rounded up, so that sending stays even. A
 * ticket is one job of Bottleneck's: worth one slice, or, where it costs a question to Redis, 20 ms.
 */
export type Pace = {
  readonly slice: number;
  readonly intervalMilliseconds: number;
  readonly ticketMilliseconds: number;
  /** On average: a part of a message is carried over to the next ticket. */
  readonly messagesPerTicket: number;
  /** Tickets asked for ahead: one asked for only when the one before ended would lose a few milliseconds at each step. */
  readonly lookAhead: number;
};

const sliceMilliseconds = 5;
const sharedTicketMilliseconds = 20;
const lookAheadMilliseconds = { local: 25, shared: 75 };
const lookAheadMin = 2;

/** Pure. */
export function planPace(perSecond: number, isShared: boolean): Pace {
  const slice = Math.ceil((perSecond * sliceMilliseconds) / 1000);
  const intervalMilliseconds = (slice / perSecond) * 1000;
  // Whole milliseconds: Bottleneck's scripts do not take others for a limiter that Redis may forget.
  const ticketMilliseconds = isShared
    ? Math.max(sharedTicketMilliseconds, Math.ceil(intervalMilliseconds))
    : intervalMilliseconds;
  const ahead = isShared ? lookAheadMilliseconds.shared : lookAheadMilliseconds.local;
  return {
    slice,
    intervalMilliseconds,
    ticketMilliseconds,
    messagesPerTicket: isShared ? (perSecond * ticketMilliseconds) / 1000 : slice,
    lookAhead: Math.max(lookAheadMin, Math.floor(ahead / ticketMilliseconds)),
  };
}

/**
 * After a pause of the process, slices that became due meanwhile may come closer together, up to this much: the time is
 * made good, and no sliding second holds more than the rate and 20 ms worth. What a longer pause cost stays lost.
 */
export const bunchMilliseconds = 8;

/** The slot of a slice that is ready `now`, and the earliest slot of the next one. Milliseconds on one clock. Pure. */
export function takeSlot(nextSlot: number, now: number, intervalMilliseconds: number): { slot: number; nextSlot: number } {
  const slot = Math.max(nextSlot, now - bunchMilliseconds);
  return { slot, nextSlot: slot + intervalMilliseconds };
}

/** Beside other workers less is made good: what one sends late falls into the turns of the others. */
export const lateMilliseconds = 2;

/** Slots from `from` on that are more than an interval and this much past, for which it is too late. Pure. */
export function dropLateSlots(
  from: number,
  now: number,
  intervalMilliseconds: number,
): { readonly nextSlot: number; readonly dropped: number } {
  const dropped = Math.max(0, Math.floor((now - lateMilliseconds - from) / intervalMilliseconds));
  return { nextSlot: from + dropped * intervalMilliseconds, dropped };
}
