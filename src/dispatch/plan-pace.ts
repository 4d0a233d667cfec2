/**
 * How a rate is cut into slices: `slice` messages every `intervalMilliseconds`. Bottleneck manages a few hundred jobs
 * a second, so above 200/s a slice carries several messages: 5 ms worth, rounded up, so that sending stays even.
 */
export type Pace = {
  readonly slice: number;
  readonly intervalMilliseconds: number;
  /** Jobs scheduled ahead: one scheduled only when the one before ended would lose a few milliseconds at each step. */
  readonly lookAhead: number;
};

const sliceMilliseconds = 5;
const lookAheadMilliseconds = 25;
const lookAheadMin = 2;

/** Pure. */
export function planPace(perSecond: number): Pace {
  const slice = Math.ceil((perSecond * sliceMilliseconds) / 1000);
  const intervalMilliseconds = (slice / perSecond) * 1000;
  return {
    slice,
    intervalMilliseconds,
    lookAhead: Math.max(lookAheadMin, Math.floor(lookAheadMilliseconds / intervalMilliseconds)),
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
