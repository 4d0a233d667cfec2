import { endable, type LooksOptions, looks, outlast } from "../storage/index.ts";

export type WatchOptions<T> = Omit<LooksOptions, "ending"> & {
  /** The present value; null ends the stream. `since` is the instant of the change that asks for it. */
  readonly read: (since: number) => Promise<T | null>;
  /** Two values that a subscriber need not tell apart. */
  readonly isSame: (previous: T, next: T) => boolean;
  /** Whether nothing comes after it. Default: something always may. */
  readonly isLast?: (value: T) => boolean;
};

/**
 * The present value first, then its changes. Latest wins: whoever reads slowly misses intermediate values and never
 * the last, because every change is followed by a read that began after it.
 */
export function watch<T>(options: WatchOptions<T>): AsyncGenerator<T, void, undefined> {
  return endable((ending) => watchUntil(options, ending));
}

async function* watchUntil<T>(
  { news, concerns, read, isSame, isLast = () => false }: WatchOptions<T>,
  ending: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  let previous: T | null = null;
  for await (const since of looks({ news, concerns, ending })) {
    const next = await outlast(ending, () => read(since));
    if (next === null) return;
    if (previous === null || !isSame(previous, next)) yield next;
    if (isLast(next)) return;
    previous = next;
  }
}
