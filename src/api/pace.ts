export type PaceOptions = { readonly perSecond: number; readonly burst: number };

export type Pace = {
  /**
   * Takes the next place: milliseconds until it comes, 0 for now. Null, and nothing is taken, when that would be longer than
   * `waitMilliseconds`.
   */
  take(now: number, waitMilliseconds?: number): number | null;
};

/** `burst` at once, then `perSecond`: whoever asks for more is given places further on. */
export function createPace({ perSecond, burst }: PaceOptions): Pace {
  const spacing = 1000 / perSecond;
  let free = Number.NEGATIVE_INFINITY;
  return {
    take(now, waitMilliseconds = Number.POSITIVE_INFINITY) {
      const place = Math.max(free, now - (burst - 1) * spacing);
      const wait = Math.max(0, place - now);
      if (wait > waitMilliseconds) return null;
      free = place + spacing;
      return wait;
    },
  };
}
