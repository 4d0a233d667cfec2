/** Waiting items of several lanes: urgent lanes first, and among equals one lane after the other. */
export type FairQueue<T> = {
  readonly size: number;
  /** Of one lane. */
  sizeOf(lane: string): number;
  push(lane: string, isUrgent: boolean, items: readonly T[]): void;
  take(count: number): T[];
  /** Removes everything, for a stop. */
  drain(): T[];
};

/** Lanes take turns of this many items: small enough to be fair, large enough that a turn costs nothing. */
const turn = 10;

export function createFairQueue<T>(): FairQueue<T> {
  const urgent = new Map<string, T[]>();
  const ordinary = new Map<string, T[]>();
  let size = 0;

  const takeFrom = (lanes: Map<string, T[]>, count: number, taken: T[]): void => {
    while (taken.length < count) {
      const next = lanes.entries().next();
      if (next.done) return;
      const [lane, items] = next.value;
      taken.push(...items.splice(0, Math.min(turn, count - taken.length)));
      // To the end of the round, or out of it.
      lanes.delete(lane);
      if (items.length > 0) lanes.set(lane, items);
    }
  };

  return {
    get size() {
      return size;
    },
    sizeOf: (lane) => (urgent.get(lane)?.length ?? 0) + (ordinary.get(lane)?.length ?? 0),
    push(lane, isUrgent, items) {
      const lanes = isUrgent ? urgent : ordinary;
      const present = lanes.get(lane);
      if (present) for (const item of items) present.push(item);
      else if (items.length > 0) lanes.set(lane, [...items]);
      size += items.length;
    },
    take(count) {
      const taken: T[] = [];
      takeFrom(urgent, count, taken);
      takeFrom(ordinary, count, taken);
      size -= taken.length;
      return taken;
    },
    drain() {
      return this.take(size);
    },
  };
}
