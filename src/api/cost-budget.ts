import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { type AppError, limited } from "../base/index.ts";

export type CostBudget = {
  /** What to answer a key that has spent this second already; asked before anything of the request is read. */
  refusal(keyId: string): AppError | null;
  /** Takes `cost` from the key's second; throws RATE_LIMITED when it does not fit. */
  spend(keyId: string, cost: number): Promise<void>;
};

const windowSeconds = 1;

/** What each key may ask for in a second, by cost. Kept by each process for itself: no call waits for another machine. */
export function createCostBudget(costPerSecond: number): CostBudget {
  if (costPerSecond === 0) return { refusal: () => null, spend: async () => undefined };
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

  return {
    refusal(keyId) {
      const until = emptyUntil.get(keyId);
      if (until === undefined) return null;
      const left = until - Date.now();
      if (left > 0) return tooMuch(left);
      emptyUntil.delete(keyId);
      return null;
    },
    async spend(keyId, cost) {
      try {
        // Never more than a whole second, or such an operation could never run.
        await spent.consume(keyId, Math.min(cost, costPerSecond));
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        emptyUntil.set(keyId, Date.now() + error.msBeforeNext);
        throw tooMuch(error.msBeforeNext);
      }
    },
  };
}
