/** Instants are those of transactions, which may commit out of order: each look goes back this far and leaves out what was shown. */
const overlapMilliseconds = 3000;

export type Sieve<T> = {
  readonly since: Date;
  sift(found: readonly T[]): T[];
  /** Moves `since` on and forgets what no later look can find. */
  endLook(): void;
};

/** Lets everything through once, however often the overlapping looks find it. */
export function createSieve<T>(
  beganAt: Date,
  options: { readonly keyOf: (item: T) => string; readonly atOf: (item: T) => Date },
): Sieve<T> {
  const shown = new Map<string, number>();
  let since = beganAt.getTime();
  let newest = since;
  return {
    get since() {
      return new Date(since);
    },
    sift(found) {
      const fresh = found.filter((item) => !shown.has(options.keyOf(item)));
      for (const item of fresh) {
        const at = options.atOf(item).getTime();
        shown.set(options.keyOf(item), at);
        newest = Math.max(newest, at);
      }
      return fresh;
    },
    endLook() {
      since = Math.max(since, newest - overlapMilliseconds);
      for (const [key, at] of shown) if (at < since) shown.delete(key);
    },
  };
}
