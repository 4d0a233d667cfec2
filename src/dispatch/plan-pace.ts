/**
 * How a rate is cut. A **ticket** is one job of Bottleneck's: 25 ms worth of messages, or one message where that is
 * longer. Bottleneck manages a few hundred jobs a second, and over Redis each costs a question; a ticket is 40 jobs a
 * second whatever the rate. From its turn on it lets go in pieces of 5 ms, so that sending stays even.
 */
export type Pace = {
  /** From one turn to the next. */
  readonly ticketMilliseconds: number;
  /** On average: a part of a message is carried over to the next ticket. */
  readonly messagesPerTicket: number;
};

const ticketMilliseconds = 25;
const pieceMilliseconds = 5;

/** Tickets asked for ahead: after a pause of the process that is shorter than these, no turn is lost. */
export const lookAhead = 3;

/**
 * What was too late is made good so slowly that no second shows it: a four-hundredth of the rate more. More than a
 * second is never owed.
 */
export const catchUpShare = 0.0025;

/** Pure. */
export function planPace(perSecond: number): Pace {
  // Whole milliseconds: Bottleneck's scripts do not take others for a limiter that Redis may forget.
  const milliseconds = Math.max(ticketMilliseconds, Math.ceil(1000 / perSecond));
  return { ticketMilliseconds: milliseconds, messagesPerTicket: (perSecond * milliseconds) / 1000 };
}

/** What a ticket lets go, even pieces at even distances; the first when its turn comes. Pure. */
export function planTicket(
  messages: number,
  { ticketMilliseconds }: Pick<Pace, "ticketMilliseconds">,
): { readonly afterMilliseconds: number; readonly count: number }[] {
  const pieces = Math.min(messages, Math.max(1, Math.round(ticketMilliseconds / pieceMilliseconds)));
  const until = (piece: number): number => Math.floor((messages * piece) / pieces);
  return Array.from({ length: pieces }, (_, piece) => ({
    afterMilliseconds: (ticketMilliseconds * piece) / pieces,
    count: until(piece + 1) - until(piece),
  }));
}

/**
 * How late messages may leave. What a sliding second holds too much is what was due in this time, however many workers
 * are late together: with what is made good it stays below the batch that the contract allows, 20 ms worth for one
 * worker and 25 ms for several, whose clocks differ a little.
 */
export const lateMilliseconds = { alone: 14, shared: 18 };

/** Whether messages are too late to be sent in this turn. At a low rate one may be late by the time of one. Pure. */
export function isTooLate(byMilliseconds: number, perSecond: number, isShared: boolean): boolean {
  const milliseconds = isShared ? lateMilliseconds.shared : lateMilliseconds.alone;
  return byMilliseconds > Math.max(milliseconds, 1000 / perSecond);
}
