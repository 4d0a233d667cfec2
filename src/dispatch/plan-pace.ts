/**
 * How a rate is cut into slices: `slice` messages every `intervalMilliseconds`. Bottleneck manages a few hundred jobs
 * a second, so above 100/s a slice carries several messages; never more than 10 ms worth, so sending stays even.
 */
export type Pace = {
  readonly slice: number;
  readonly intervalMilliseconds: number;
  /**
   * Slices scheduled ahead. A job scheduled only when the one before ended loses a little time at each step; too many
   * ahead would come all at once after a pause of the process. 20 ms is the most that may bunch up.
   */
  readonly lookAhead: number;
};

const sliceMilliseconds = 10;
const bunchMilliseconds = 20;

/** Pure. */
export function planPace(perSecond: number): Pace {
  const slice = Math.max(1, Math.floor((perSecond * sliceMilliseconds) / 1000));
  const intervalMilliseconds = (slice / perSecond) * 1000;
  return { slice, intervalMilliseconds, lookAhead: Math.max(1, Math.floor(bunchMilliseconds / intervalMilliseconds)) };
}
