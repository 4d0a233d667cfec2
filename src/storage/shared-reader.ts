import { setTimeout as pause } from "node:timers/promises";

/**
 * Lets many subscribers share a read: whoever needs a value at least as new as `since` gets one whose reading began after it.
 * A thousand subscribers of one thing make one query, and those of a thousand things a few.
 */
export type SharedReader<T> = { /** Null where there is no such thing. */ read(key: string, since: number): Promise<T | null> };

type Entry<T> = { readonly begins: number; readonly value: Promise<T | null> };
type Batch<T> = { readonly begins: number; readonly keys: string[]; readonly values: Promise<ReadonlyMap<string, T>> };

const entriesMax = 10_000;
/** A read begins this much after it was asked for: everybody whom the same news woke is in time for it. */
const gatherMilliseconds = 15;
/** Of one statement. */
const keysMax = 250;

export function createSharedReader<T>(load: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>): SharedReader<T> {
  const entries = new Map<string, Entry<T>>();
  let gathering: Batch<T> | null = null;
  /** One statement at a time: subscribers leave the database's sessions to others. */
  let latest: Promise<unknown> = Promise.resolve();

  const gather = (): Batch<T> => {
    if (gathering && gathering.keys.length < keysMax) return gathering;
    const keys: string[] = [];
    const begins = performance.now() + gatherMilliseconds;
    const batch: Batch<T> = {
      begins,
      keys,
      values: pause(gatherMilliseconds).then(() => {
        if (gathering === batch) gathering = null;
        const loaded = latest.then(() => load(keys));
        latest = loaded.catch(() => undefined);
        return loaded;
      }),
    };
    gathering = batch;
    return batch;
  };

  return {
    read(key, since) {
      const present = entries.get(key);
      if (present && present.begins >= since) return present.value;
      if (entries.size >= entriesMax) entries.clear();
      const batch = gather();
      batch.keys.push(key);
      const entry = { begins: batch.begins, value: batch.values.then((values) => values.get(key) ?? null) };
      entries.set(key, entry);
      entry.value.catch(() => entries.delete(key));
      return entry.value;
    },
  };
}
