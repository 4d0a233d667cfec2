import { createSignal } from "../storage/index.ts";

export type Told<T> = { readonly item: T /** What was dropped right before it. */; readonly missed: number };

/** What waits for one reader of a stream of events. */
export type EventQueue<T> = {
  /** The oldest is dropped when it is full. */
  push(item: T): void;
  take(): Told<T> | null;
  /** Resolves when something comes, at once if it did meanwhile, or after `milliseconds`. */
  wait(milliseconds: number): Promise<void>;
  wake(): void;
  /** Whether so many more would push nothing out. */
  hasRoomFor(count: number): boolean;
  /** Whether it missed something since it last took one. */
  isBehind(): boolean;
};

export function createEventQueue<T>(max: number): EventQueue<T> {
  const signal = createSignal();
  let items: T[] = [];
  let first = 0;
  let missed = 0;
  const length = (): number => items.length - first;
  const shift = (): T | undefined => {
    const item = items[first];
    first += 1;
    // Moved together now and then, not each time: so taking costs the same however many wait.
    if (first > max) {
      items = items.slice(first);
      first = 0;
    }
    return item;
  };
  return {
    push(item) {
      if (length() >= max) {
        shift();
        missed += 1;
      }
      items.push(item);
      signal.notify();
    },
    take() {
      if (length() === 0) return null;
      const told = { item: shift() as T, missed };
      missed = 0;
      return told;
    },
    wait: signal.wait,
    wake: signal.notify,
    hasRoomFor: (count) => length() + count <= max,
    isBehind: () => missed > 0,
  };
}
