/** What decides whether the calls that wait go now. */
export type Gathering = {
  /** Transactions under way. */
  readonly underWay: number;
  readonly waitingRecipients: number;
  /** Of the call that waits longest. */
  readonly waitedMilliseconds: number;
  /** Of the group that went last: more than one means that calls come together. */
  readonly lastGroupCalls: number;
};

/** Small calls that wait for the same commit: one transaction carries up to this many of their recipients. */
export const groupRecipientsMax = 1000;
/** Transactions under way at once. More would only queue inside PostgreSQL. */
const groupsMax = 4;
/** So many recipients are worth a transaction of their own. */
const recipientsEnough = 250;
/** Callers whose calls were just answered together send their next ones within this time. */
const gatherMilliseconds = 2;
/** A commit that takes longer may be held up by somebody's lock: others no longer wait for it. */
const patienceMilliseconds = 20;

/**
 * How long the calls that wait should go on gathering; 0 is now, infinity until a transaction has ended. The cost of a
 * small call is mostly that of its transaction, so under load they go together, and one alone goes at once. Pure.
 */
export function gatherFor({ underWay, waitingRecipients, waitedMilliseconds, lastGroupCalls }: Gathering): number {
  if (underWay >= groupsMax) return Number.POSITIVE_INFINITY;
  if (waitingRecipients >= recipientsEnough) return 0;
  if (underWay > 0) return Math.max(0, patienceMilliseconds - waitedMilliseconds);
  return lastGroupCalls > 1 ? Math.max(0, gatherMilliseconds - waitedMilliseconds) : 0;
}
