export type PaceOptions = { readonly perSecond: number; readonly burst: number };

export type Pace = {
  /** Takes the next place, or as many as `weight`: milliseconds until it comes, 0 for now. */
  take(now: number, weight?: number): number;
};

/** `burst` at once, then `perSecond`: whoever asks for more is given places further on. */
export function createPace({ perSecond, burst }: PaceOptions): Pace {
  const spacing = 1000 / perSecond;
  let free = Number.NEGATIVE_INFINITY;
  return {
    take(now, weight = 1) {
      const place = Math.max(free, now - (burst - 1) * spacing);
      free = place + weight * spacing;
      return Math.max(0, place - now);
    },
  };
}
