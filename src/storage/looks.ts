import { setTimeout as pause } from "node:timers/promises";
import type { News, NewsDesk } from "./news.ts";
import { createSignal } from "./signal.ts";

/** At most four looks a second for one watcher. */
const spacingMilliseconds = 250;
/** Looks without news: for what was announced while the connection for news was lost, and for what changes by itself. */
const pollMilliseconds = 2000;

export type LooksOptions = {
  readonly news: Pick<NewsDesk, "subscribe">;
  readonly concerns: (news: News) => boolean;
  readonly ending: AbortSignal;
};

/**
 * When to look at the tables: now, and after each piece of news that concerns. Each is the instant before which whatever asks
 * for it happened, so what is read after it is new enough. Ends when `ending` is raised.
 */
export async function* looks({ news, concerns, ending }: LooksOptions): AsyncGenerator<number, void, undefined> {
  const signal = createSignal();
  const unsubscribe = news.subscribe((item) => {
    if (concerns(item)) signal.notify();
  });
  ending.addEventListener("abort", signal.notify, { once: true });
  try {
    while (!ending.aborted) {
      yield performance.now();
      await pause(spacingMilliseconds, undefined, { signal: ending }).catch(() => undefined);
      await signal.wait(pollMilliseconds);
    }
  } finally {
    unsubscribe();
    ending.removeEventListener("abort", signal.notify);
  }
}
