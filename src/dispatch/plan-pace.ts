/**
 * How a rate is cut into slices: `slice` messages every `intervalMilliseconds`. Bottleneck manages a few hundred jobs
 * a second, so above 200/s a slice carries several messages: 5 ms worth, rounded up, so that sending stays even. A
 * ticket is one job of Bottleneck's: worth one slice, or, where it costs a question to Redis, 25 ms.
 */
export type Pace = {
  readonly slice: number;
  readonly intervalMilliseconds: number;
  /** Alone a little shorter than its slice: the slots keep the rate, and may catch up. */
  readonly ticketMilliseconds: number;
  /** On average: a part of a message is carried over to the next ticket. */
  readonly messagesPerTicket: number;
  /** Tickets asked for ahead: one asked for only when the one before ended would lose a few milliseconds at each step. */
  readonly lookAhead: number;
};

/**
 * What longer pauses cost is made good so slowly that no second shows it: a four-hundredth of the rate more. More than a
 * second is never owed.
 */
export const catchUpShare = 0.0025;
const owedMillisecondsMax = 1000;

const sliceMilliseconds = 5;
const sharedTicketMilliseconds = 25;
const lookAheadMilliseconds = { local: 25, shared: 75 };
const lookAheadMin = 2;

/** Pure. */
export function planPace(perSecond: number, isShared: boolean): Pace {
  const slice = Math.ceil((perSecond * sliceMilliseconds) / 1000);
  const intervalMilliseconds = (slice / perSecond) * 1000;
  // Whole milliseconds: Bottleneck's scripts do not take others for a limiter that Redis may forget.
  const ticketMilliseconds = isShared
    ? Math.max(sharedTicketMilliseconds, Math.ceil(intervalMilliseconds))
    : intervalMilliseconds * (1 - 2 * catchUpShare);
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
 * made good at once, and no sliding second holds more than the rate and 20 ms worth.
 */
export const bunchMilliseconds = 12;

export type Slots = {
  /** The earliest slot of the next slice. Milliseconds on one clock. */
  readonly nextSlot: number;
  /** What pauses cost so far and is not made good yet. */
  readonly owedMilliseconds: number;
};

/** The slot of a slice that is ready `now`, and what follows from it. Pure. */
export function takeSlot(slots: Slots, now: number, intervalMilliseconds: number): Slots & { readonly slot: number } {
  const slot = Math.max(slots.nextSlot, now - bunchMilliseconds);
  const owed = Math.min(owedMillisecondsMax, slots.owedMilliseconds + slot - slots.nextSlot);
  const repaid = Math.min(owed, intervalMilliseconds * catchUpShare);
  return { slot, nextSlot: slot + intervalMilliseconds - repaid, owedMilliseconds: owed - repaid };
}

/** After a time with nothing to send nothing is owed for it. Pure. */
export function resumeSlots(slots: Slots, now: number): Slots {
  return { ...slots, nextSlot: Math.max(slots.nextSlot, now - bunchMilliseconds) };
}

/** What a ticket lets go, even pieces at even distances; the first when its turn comes. Pure. */
export function planTicket(
  messages: number,
  ticketMilliseconds: number,
): { readonly afterMilliseconds: number; readonly count: number }[] {
  const pieces = Math.min(messages, Math.max(1, Math.round(ticketMilliseconds / sliceMilliseconds)));
  const until = (piece: number): number => Math.floor((messages * piece) / pieces);
  return Array.from({ length: pieces }, (_, piece) => ({
    afterMilliseconds: (ticketMilliseconds * piece) / pieces,
    count: until(piece + 1) - until(piece),
  }));
}

/**
 * Beside other workers, how late messages may be: sent later, they fall into the turns of the others. However many
 * workers are late together, what a second then holds too much is what was due in this time. With what is made good it is below a ticket.
 */
export const lateMilliseconds = 18;

/** Whether messages are too late to be sent in this turn. At a low rate one may be late by the time of one. Pure. */
export function isTooLate(byMilliseconds: number, intervalMilliseconds: number): boolean {
  return byMilliseconds > Math.max(lateMilliseconds, intervalMilliseconds);
}
