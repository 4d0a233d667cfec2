import { setTimeout as pause } from "node:timers/promises";
import { type Log, toError } from "../../base/index.ts";
import { announce, type Context } from "../../storage/index.ts";

/** Campaigns named in one piece of news: NOTIFY takes 8,000 bytes. */
const campaignsMax = 100;
/** As often as an engine looks: more would not be heard earlier. Each is a statement, and wakes every process that listens. */
const spacingMilliseconds = 20;

export type Herald = {
  /** There are new messages of this campaign, committed. */
  tell(campaignId: string): void;
  /** Resolves when everything told so far is announced. */
  flush(): Promise<void>;
};

/**
 * Says `queued` after the commits: the first at once, then all that came meanwhile together. In the transactions of the calls it
 * would make them commit one after the other: PostgreSQL writes its queue of news under one lock. Whoever misses it, because
 * this process died in between, looks every second anyway.
 */
export function createHerald(options: { readonly context: () => Context; readonly log: Log }): Herald {
  const told = new Set<string>();
  let announcing: Promise<void> | null = null;

  const announceAll = async (): Promise<void> => {
    while (told.size > 0) {
      const campaignIds = [...told].slice(0, campaignsMax);
      for (const id of campaignIds) told.delete(id);
      await announce(options.context(), { topic: "queued", campaignIds }).catch((error) =>
        options.log.debug({ err: toError(error) }, "accept: new messages could not be announced; the engine finds them"),
      );
      // A full piece is followed by the next at once.
      if (campaignIds.length < campaignsMax) await pause(spacingMilliseconds);
    }
    announcing = null;
  };

  return {
    tell(campaignId) {
      told.add(campaignId);
      announcing ??= announceAll();
    },
    async flush() {
      while (announcing) await announcing;
    },
  };
}
