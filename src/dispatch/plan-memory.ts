/**
 * Of context, profile data and attributes, what a worker holds over all its lanes. A recipient may bring 200 KB, and a hundred
 * campaigns that each hold what one may would be close to a gigabyte.
 */
export const heldBytesMax = 64_000_000;
/** Of one lane's claim: without a bound 500 messages would be a hundred megabytes. */
const claimBytesMax = 8_000_000;
/**
 * Characters of rendered text, over all lanes and providers, on the wire or waiting for it. One takes up to two bytes, and a
 * transport that encodes a message makes copies of it.
 */
export const renderedMax = 24_000_000;

type Sharing = {
  readonly lanes: number;
  /** This lane has something of it in hand. */
  readonly isHolding: boolean;
};

/** `heldBytes`: by all lanes of the worker, claimed and not yet settled. */
export type MemoryState = Sharing & { readonly heldBytes: number };
/** `rendered`: by all lanes of the worker, and not yet settled. */
export type RenderedState = Sharing & { readonly rendered: number };

/** What a lane may claim now. Pure. */
export function planClaimBytes({ heldBytes, ...sharing }: MemoryState): number {
  return Math.min(claimBytesMax, planShare(heldBytes, heldBytesMax, sharing));
}

/** What a lane may render now; it may go over it by one message. Pure. */
export function planRendering({ rendered, ...sharing }: RenderedState): number {
  return planShare(rendered, renderedMax, sharing);
}

/**
 * Each lane has its share, so nobody waits behind lanes that hold much and send slowly: who has nothing in hand gets it also
 * when the others have taken all. At twice the bound everybody waits.
 */
function planShare(held: number, max: number, { lanes, isHolding }: Sharing): number {
  return Math.max(0, Math.min(max / Math.max(1, lanes), (isHolding ? max : max * 2) - held));
}
