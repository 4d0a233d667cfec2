/**
 * Lets many subscribers share a read: whoever needs a value at least as new as `since` gets one whose reading began
 * after it, and a thousand subscribers of one campaign make one query, not a thousand.
 */
export type SharedReader<T> = { read(key: string, since: number): Promise<T> };

type Entry<T> = { readonly began: number; readonly value: Promise<T> };

const keysMax = 10_000;

export function createSharedReader<T>(load: (key: string) => Promise<T>): SharedReader<T> {
  const entries = new Map<string, Entry<T>>();
  return {
    read(key, since) {
      const present = entries.get(key);
      if (present && present.began >= since) return present.value;
      if (entries.size >= keysMax) entries.clear();
      // Those who asked in the same moment share what begins now, a little after all of them.
      const entry = { began: performance.now(), value: load(key) };
      entries.set(key, entry);
      entry.value.catch(() => entries.delete(key));
      return entry.value;
    },
  };
}
