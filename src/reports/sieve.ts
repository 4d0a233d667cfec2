/** Instants are those of transactions, which may commit out of order: each look goes back this far and leaves out what was shown. */
const overlapMilliseconds = 3000;

export type Sieve<T> = {
  readonly since: Date;
  sift(found: readonly T[]): T[];
  /** Moves `since` on and forgets what no later look can find. */
  endLook(): void;
};

export type SieveOptions<T> = {
  readonly keyOf: (item: T) => string;
  readonly atOf: (item: T) => Date;
  /** What is shown at the start, however old. Default: nothing. */
  readonly isShownFirst?: (item: T) => boolean;
};

/**
 * Lets everything through once, however often the overlapping looks find it. The first look goes back too, and only notes
 * what it finds from before `beganAt`: what is found later with such an instant was committed since.
 */
export function createSieve<T>(beganAt: Date, { keyOf, atOf, isShownFirst = () => false }: SieveOptions<T>): Sieve<T> {
  const shown = new Map<string, number>();
  let since = beganAt.getTime() - overlapMilliseconds;
  let newest = beganAt.getTime();
  let isFirstLook = true;
  return {
    get since() {
      return new Date(since);
    },
    sift(found) {
      const fresh = found.filter((item) => !shown.has(keyOf(item)));
      for (const item of fresh) {
        const at = atOf(item).getTime();
        shown.set(keyOf(item), at);
        newest = Math.max(newest, at);
      }
      return isFirstLook ? fresh.filter((item) => atOf(item) >= beganAt || isShownFirst(item)) : fresh;
    },
    endLook() {
      isFirstLook = false;
      since = Math.max(since, newest - overlapMilliseconds);
      for (const [key, at] of shown) if (at < since) shown.delete(key);
    },
  };
}
