/** How much a claim takes, and in what batches: the unit that is marked SENDING, given back and recovered. */
export type ClaimPlan = { readonly limit: number; readonly batchSize: number };

export type ClaimState = {
  /** Messages a second: the delivery rate or the provider's quota, whichever is slower; null without both. */
  readonly rate: number | null;
  /** Of context, profile data and attributes, as the last claims showed; null before the first one. */
  readonly bytesPerMessage: number | null;
  /** Characters that the last messages had when they were rendered; null before the first one. */
  readonly renderedPerMessage: number | null;
  /** What may be claimed of them. */
  readonly bytesMax: number;
  /** Messages that the provider has under way at most; null while that is not known. */
  readonly inFlightMax: number | null;
};

/** Of a delivery rate and a quota; null without both. Pure. */
export function slower(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

const limitMax = 500;
/** Claimed ahead: enough to bridge a slow claim, little enough that a pause gives back few. */
const claimedSeconds = 0.5;
/** Batches of a paced lane hold 20 ms worth. */
const batchesPerSecond = 50;
const unpacedBatchMax = 250;
const unknownBatch = 20;

/** Characters. A batch is marked as one, so all of it is rendered before any of it goes. */
const renderedBatchMax = 4_000_000;

/** Assumed before the first claim: the most that a recipient may bring. It takes few, and shows what to expect. */
const unknownBytesPerMessage = 200_000;

/** Pure. A batch is no larger than what is on the wire together: what is marked with it and still waits would be uncertain for nothing. */
export function planClaim(state: ClaimState): ClaimPlan {
  const { rate, bytesPerMessage, renderedPerMessage, bytesMax, inFlightMax } = state;
  const affordable =
    bytesMax === 0 ? 0 : Math.max(1, Math.floor(bytesMax / Math.max(1, bytesPerMessage ?? unknownBytesPerMessage)));
  const wanted = rate === null ? limitMax : Math.max(2, Math.min(limitMax, Math.ceil(rate * claimedSeconds)));
  const batchSize =
    rate === null ? Math.min(unpacedBatchMax, inFlightMax ?? unknownBatch) : Math.max(1, Math.ceil(rate / batchesPerSecond));
  const renderable = Math.max(1, Math.floor(renderedBatchMax / Math.max(1, renderedPerMessage ?? 1)));
  return { limit: Math.min(wanted, affordable), batchSize: Math.min(batchSize, renderable) };
}

/** What the next messages may be expected to have: half of it from the last ones. Pure. */
export function nextBytesPerMessage(known: number | null, last: readonly { readonly bytes: number }[]): number {
  const bytes = last.reduce((sum, message) => sum + message.bytes, 0) / last.length;
  return known === null ? bytes : (known + bytes) / 2;
}
