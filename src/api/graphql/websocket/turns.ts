/** Resolves when it is one's turn. */
export type Turns = () => Promise<void>;

const turnsAtOnce = 5;

/**
 * Lets a few go on in each round of the event loop, in the order in which they came: thousands of subscribers whom the same
 * news woke would otherwise keep everything else waiting until the last of them is served.
 */
export function createTurns(): Turns {
  let waiting: (() => void)[] = [];

  const letSome = (): void => {
    const some = waiting.slice(0, turnsAtOnce);
    waiting = waiting.slice(turnsAtOnce);
    for (const goOn of some) goOn();
    if (waiting.length > 0) setImmediate(letSome);
  };

  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) setImmediate(letSome);
    });
}
