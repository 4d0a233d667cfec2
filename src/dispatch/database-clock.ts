import type { Context } from "../storage/index.ts";
import { run } from "../storage/index.ts";
import { selectClock } from "./sql/select-clock.ts";

export type DatabaseClock = {
  /** PostgreSQL's present instant, without asking it. */
  now(): Date;
  sync(ctx: Pick<Context, "em">): Promise<void>;
};

/** The quickest answer of several tells within a fraction of a millisecond; the first one of a busy start is 20 ms late. */
const questions = 5;

/**
 * The database's clock, carried on by the process's monotonic one: hand-overs are stamped in the middle of a
 * paced send, where no question to the database fits, and workers with wrong clocks must still agree.
 */
export function createDatabaseClock(): DatabaseClock {
  let offset = Number.NaN;
  return {
    now: () => new Date(performance.now() + offset),
    async sync(ctx) {
      for (let question = 0; question < questions; question += 1) {
        const asked = performance.now();
        const [row] = await run(ctx, selectClock());
        const answered = performance.now();
        if (row) offset = closestOffset(offset, row.milliseconds - answered, row.milliseconds - asked);
      }
    },
  };
}

/** A slow answer proves little: what was known is corrected only as far as it is surely wrong, so the clock never jitters. Pure. */
export function closestOffset(known: number, least: number, most: number): number {
  return Number.isNaN(known) ? (least + most) / 2 : Math.min(most, Math.max(least, known));
}
