/** What a lane knows of its queue, which is in the database. */
export type QueueKnowledge = {
  /** There is, or may be, something that is due. */
  tell(): void;
  /** Nothing in it is due, or nothing of it may go. */
  rest(): void;
  /** Whether something is due, as was last told. */
  readonly isTold: boolean;
  /** Whether a claim might find something. One that took less than it might found the end: no other follows until something is told. */
  readonly mayClaim: boolean;
  /** Before a claim; what is called with its result after it. */
  beginClaim(): (claimed: { readonly limit: number; readonly count: number }) => void;
};

export function createQueueKnowledge(): QueueKnowledge {
  let isTold = false;
  let told = 0;
  let exhausted = 0;
  return {
    tell() {
      isTold = true;
      told += 1;
    },
    rest() {
      isTold = false;
    },
    get isTold() {
      return isTold;
    },
    get mayClaim() {
      return told !== exhausted;
    },
    beginClaim() {
      // What is told while the claim is under way may have come too late for it.
      const before = told;
      return ({ limit, count }) => {
        if (count < limit) exhausted = before;
      };
    },
  };
}
