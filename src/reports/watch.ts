import { setTimeout as pause } from "node:timers/promises";
import { createSignal, type News, type NewsDesk } from "../storage/index.ts";

/** At most four updates a second for one subscriber. */
const spacingMilliseconds = 250;
/** Looks without news: covers a lost connection, and a rate that falls to zero after the last message. */
const pollMilliseconds = 2000;

export type WatchOptions<T> = {
  readonly news: NewsDesk;
  readonly concerns: (news: News) => boolean;
  /** The present value; null ends the stream. `since` is the instant of the change that asks for it. */
  readonly read: (since: number) => Promise<T | null>;
  /** Two values that a subscriber need not tell apart. */
  readonly isSame: (previous: T, next: T) => boolean;
};

/**
 * The present value first, then its changes. Latest wins: whoever reads slowly misses intermediate values and never
 * the last, because every change is followed by a read that began after it.
 */
export async function* watch<T>(options: WatchOptions<T>): AsyncGenerator<T, void, undefined> {
  const signal = createSignal();
  const unsubscribe = options.news.subscribe((news) => {
    if (options.concerns(news)) signal.notify();
  });
  try {
    let previous = await options.read(performance.now());
    while (previous !== null) {
      yield previous;
      const next = await nextValue(options, previous, signal.wait);
      previous = next;
    }
  } finally {
    unsubscribe();
  }
}

async function nextValue<T>(
  options: WatchOptions<T>,
  previous: T,
  wait: (milliseconds: number) => Promise<void>,
): Promise<T | null> {
  await pause(spacingMilliseconds);
  for (;;) {
    await wait(pollMilliseconds);
    const next = await options.read(performance.now());
    if (next === null || !options.isSame(previous, next)) return next;
  }
}

/** One value now, and one after each piece of news that concerns, four a second at most. */
export function watchNews(news: NewsDesk, concerns: (item: News) => boolean): AsyncGenerator<number> {
  return watch({ news, concerns, read: async (since) => since, isSame: () => false });
}
