import { setTimeout as pause } from "node:timers/promises";

/** Waits until `look` returns something, with a deadline instead of a sleep. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  seconds = 20,
  everyMilliseconds = 25,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await pause(everyMilliseconds);
  }
}
