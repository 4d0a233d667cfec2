import { setTimeout as pause } from "node:timers/promises";
import { isDatabaseAway, isPassingFault } from "../storage/index.ts";

const retryMilliseconds = 250;
/** Who collides so often does not collide by chance. */
const collisionsMax = 4;

/** Again and again while the database is away, or the fault passes by itself. */
export async function untilWritten<T>(write: () => Promise<T>, onAway: (error: unknown) => void): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      const passes = isDatabaseAway(error) || (isPassingFault(error) && tries < collisionsMax);
      if (!passes) throw error;
      onAway(error);
      await pause(retryMilliseconds);
    }
  }
}
