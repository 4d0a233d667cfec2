/** Runs `work` as soon as fewer than `max` others run, in the order in which they came. */
export type Slots = <T>(work: () => Promise<T>) => Promise<T>;

export function createSlots(max: number): Slots {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async (work) => {
    if (busy < max) busy += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy -= 1;
    }
  };
}
