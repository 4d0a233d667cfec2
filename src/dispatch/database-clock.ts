import type { Context } from "../storage/index.ts";
import { run } from "../storage/index.ts";
import { selectClock, selectLatestAccepted } from "./sql/select-clock.ts";

export type DatabaseClock = {
  /** PostgreSQL's present instant, without asking it. It only ever rises. */
  now(): Date;
  sync(ctx: Pick<Context, "em">): Promise<void>;
  /** At least to the latest instant at which something was accepted: the clock may have been set back before this process began. */
  raise(ctx: Pick<Context, "em">): Promise<void>;
};

/** The quickest answer of several tells within a fraction of a millisecond; the first one of a busy start is 20 ms late. */
const questions = 5;
/** What is surely ahead by more was no wrong estimate: the clock was set back. */
const stepMilliseconds = 1000;

/**
 * The database's clock, carried on by the process's monotonic one: hand-overs are stamped in the middle of a
 * paced send, where no question to the database fits, and workers with wrong clocks must still agree. When that clock is set
 * back, this one goes on from where it was, and follows again once it has been caught up.
 */
export function createDatabaseClock(): DatabaseClock {
  let offset = Number.NaN;
  let latest = Number.NEGATIVE_INFINITY;

  const now = (): number => {
    const present = performance.now() + offset;
    // Not known before the first answer.
    if (present > latest) latest = present;
    return Number.isNaN(present) ? present : latest;
  };

  return {
    now: () => new Date(now()),
    async sync(ctx) {
      for (let question = 0; question < questions; question += 1) {
        const asked = performance.now();
        const [row] = await run(ctx, selectClock());
        const answered = performance.now();
        if (row) offset = nextOffset(offset, row.milliseconds - answered, row.milliseconds - asked);
      }
    },
    async raise(ctx) {
      const [row] = await run(ctx, selectLatestAccepted());
      offset += Math.max(0, (row?.milliseconds ?? 0) - now());
    },
  };
}

/** Pure. */
export function nextOffset(known: number, least: number, most: number): number {
  return known - most > stepMilliseconds ? known : closestOffset(known, least, most);
}

/** A slow answer proves little: what was known is corrected only as far as it is surely wrong, so the clock never jitters. Pure. */
export function closestOffset(known: number, least: number, most: number): number {
  return Number.isNaN(known) ? (least + most) / 2 : Math.min(most, Math.max(least, known));
}
