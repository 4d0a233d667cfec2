import { setTimeout as pause } from "node:timers/promises";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { type AppError, limited } from "../base/index.ts";
import type { Actor } from "../storage/index.ts";

export type CostBudget = {
  /** What to answer a key that has spent this second already; asked before anything of the request is read. */
  refusal(who: Spender): AppError | null;
  /** Takes `cost` from the key's second; throws RATE_LIMITED when it does not fit. */
  spend(who: Spender, cost: number): Promise<void>;
  /** The same for whoever can wait: resolves when it fits. */
  afford(who: Spender, cost: number): Promise<void>;
};

export type Spender = Pick<Actor, "kind" | "id">;

/** Under which whatever a caller spends is counted. A token's subject is whatever its provider says: also the id of a key. */
export function spenderOf({ kind, id }: Spender): string {
  return `${kind} ${id}`;
}

const windowSeconds = 1;

/** What each key may ask for in a second, by cost. Kept by each process for itself: no call waits for another machine. */
export function createCostBudget(costPerSecond: number): CostBudget {
  if (costPerSecond === 0) return { refusal: () => null, spend: async () => undefined, afford: async () => undefined };
  const spent = new RateLimiterMemory({ points: costPerSecond, duration: windowSeconds });
  const emptyUntil = new Map<string, number>();

  const tooMuch = (milliseconds: number): AppError => {
    const retryAfterSeconds = Math.max(1, Math.ceil(milliseconds / 1000));
    return limited(
      "RATE_LIMITED",
      `This key has asked for a cost of ${costPerSecond} within a second. Try again in ${retryAfterSeconds} second(s), ask for less at once, or have RATE_LIMIT_COST_PER_SECOND raised.`,
      { retryAfterSeconds, costPerSecond },
    );
  };

  /** 0, or the milliseconds until there is something to spend again. */
  const tryToSpend = async (who: Spender, cost: number): Promise<number> => {
    try {
      // Never more than a whole second, or such an operation could never run.
      await spent.consume(spenderOf(who), Math.min(cost, costPerSecond));
      return 0;
    } catch (error) {
      if (error instanceof RateLimiterRes) return Math.max(1, error.msBeforeNext);
      throw error;
    }
  };

  return {
    refusal(who) {
      const spender = spenderOf(who);
      const until = emptyUntil.get(spender);
      if (until === undefined) return null;
      const left = until - Date.now();
      if (left > 0) return tooMuch(left);
      emptyUntil.delete(spender);
      return null;
    },
    async spend(who, cost) {
      const wait = await tryToSpend(who, cost);
      if (wait === 0) return;
      emptyUntil.set(spenderOf(who), Date.now() + wait);
      throw tooMuch(wait);
    },
    async afford(who, cost) {
      for (let wait = await tryToSpend(who, cost); wait > 0; wait = await tryToSpend(who, cost))
        await pause(wait, undefined, { ref: false });
    },
  };
}
