export type WorkLine = {
  has(name: string): boolean;
  /** Nothing happens when there is work of this name already. Work never rejects. */
  add(name: string, work: () => Promise<void>): void;
  /** Forgets what has not begun, and waits for the rest. */
  stop(): Promise<void>;
};

/** Work that goes side by side: at most `atOnce` pieces, begun in the order in which they came, one of each name at a time. */
export function createWorkLine(atOnce: number): WorkLine {
  const waiting = new Map<string, () => Promise<void>>();
  const underWay = new Map<string, Promise<void>>();

  const begin = (name: string, work: () => Promise<void>): void => {
    const ended = work().finally(() => {
      underWay.delete(name);
      pump();
    });
    underWay.set(name, ended);
  };

  const pump = (): void => {
    for (const [name, work] of waiting) {
      if (underWay.size >= atOnce) return;
      waiting.delete(name);
      begin(name, work);
    }
  };

  const has = (name: string): boolean => waiting.has(name) || underWay.has(name);

  return {
    has,
    add(name, work) {
      if (has(name)) return;
      waiting.set(name, work);
      pump();
    },
    async stop() {
      waiting.clear();
      await Promise.all(underWay.values());
    },
  };
}
