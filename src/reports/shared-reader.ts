import { setTimeout as pause } from "node:timers/promises";

/**
 * Lets many subscribers share a read: whoever needs a value at least as new as `since` gets one whose reading began
 * after it, and a thousand subscribers of one campaign make one query, not a thousand.
 */
export type SharedReader<T> = { read(key: string, since: number): Promise<T> };

type Entry<T> = { readonly begins: number; readonly value: Promise<T> };

const keysMax = 10_000;
/** A read begins this much after it was asked for: everybody whom the same news woke is in time for it. */
const gatherMilliseconds = 15;

export function createSharedReader<T>(load: (key: string) => Promise<T>): SharedReader<T> {
  const entries = new Map<string, Entry<T>>();
  return {
    read(key, since) {
      const present = entries.get(key);
      if (present && present.begins >= since) return present.value;
      if (entries.size >= keysMax) entries.clear();
      const entry = { begins: performance.now() + gatherMilliseconds, value: pause(gatherMilliseconds).then(() => load(key)) };
      entries.set(key, entry);
      entry.value.catch(() => entries.delete(key));
      return entry.value;
    },
  };
}
