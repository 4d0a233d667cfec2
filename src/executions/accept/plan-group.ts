/** What decides whether the calls that wait go now. */
export type Gathering = {
  /** Transactions under way. */
  readonly underWay: number;
  readonly waitingCalls: number;
  readonly waitingRecipients: number;
  /** Since the newest of them began, and how long it is left alone. */
  readonly sinceStartMilliseconds: number;
  readonly aloneMilliseconds: number;
  /** Of the call that waits longest. */
  readonly waitedMilliseconds: number;
  /** Of the two groups that went last, together: about as many callers are at work now. */
  readonly recentCalls: number;
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
 * small call is mostly that of its transaction, so under load they go together, and one alone goes at once. Callers split
 * into two groups that take turns: the database works on one while this process reads and answers the other. Pure.
 */
export function gatherFor(gathering: Gathering): number {
  const { underWay, waitingCalls, waitingRecipients, waitedMilliseconds, recentCalls } = gathering;
  if (underWay >= groupsMax) return Number.POSITIVE_INFINITY;
  const alone = gathering.aloneMilliseconds - gathering.sinceStartMilliseconds;
  if (underWay > 0 && alone > 0) return alone;
  if (waitingRecipients >= recipientsEnough) return 0;
  const isHalf = waitingCalls * 2 >= recentCalls;
  if (underWay === 0) return isHalf ? 0 : Math.max(0, gatherMilliseconds - waitedMilliseconds);
  return underWay === 1 && waitingCalls > 1 && isHalf ? 0 : Math.max(0, patienceMilliseconds - waitedMilliseconds);
}
