/**
 * Of context and profile data, what a worker holds at most, over all its lanes. A recipient may bring 200 KB, and a hundred
 * campaigns that each hold what one may would be close to a gigabyte.
 */
export const heldBytesMax = 64_000_000;
/** Of one lane's claim: without a bound 500 messages would be a hundred megabytes. */
const claimBytesMax = 8_000_000;

export type MemoryState = {
  /** By all lanes of the worker, claimed and not yet settled. */
  readonly heldBytes: number;
  readonly lanes: number;
  /** This lane has something in hand. */
  readonly isHolding: boolean;
};

/**
 * What a lane may claim now. Each has its share, so nobody waits for ever behind lanes that hold much and send slowly; only
 * who has something in hand waits until there is less. So it is the bound at most twice. Pure.
 */
export function planClaimBytes({ heldBytes, lanes, isHolding }: MemoryState): number {
  const share = Math.min(claimBytesMax, heldBytesMax / Math.max(1, lanes));
  return isHolding ? Math.max(0, Math.min(share, heldBytesMax - heldBytes)) : share;
}
