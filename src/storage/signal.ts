/** Tells one waiter that something changed; what happens while nobody waits is remembered once. */
export type Signal = {
  notify(): void;
  /** Resolves at the next `notify`, at once if one was missed, or after `milliseconds`. */
  wait(milliseconds: number): Promise<void>;
};

export function createSignal(): Signal {
  let isRaised = false;
  let wake: (() => void) | null = null;
  return {
    notify() {
      isRaised = true;
      wake?.();
    },
    async wait(milliseconds) {
      if (!isRaised) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      isRaised = false;
      wake = null;
    },
  };
}
