import { RateLimiterMemory } from "rate-limiter-flexible";
import type { Authenticator } from "../access/index.ts";
import { AppError, limited } from "../base/index.ts";
import type { Actor } from "../storage/index.ts";

export type KeyGuard = {
  /** As `Authenticator.authenticate`; throws RATE_LIMITED instead once `address` has sent too many wrong keys. */
  authenticate(header: string | undefined, address: string): Promise<Actor>;
};

const windowSeconds = 60;
const knownKeysMax = 10_000;

/**
 * Stops whoever tries keys, before the database is asked. Many callers may share one address behind a NAT or a proxy: a key
 * that has worked in this process goes on working from everywhere.
 */
export function createKeyGuard(authenticator: Authenticator, failuresMax: number): KeyGuard {
  if (failuresMax === 0) return { authenticate: (header) => authenticator.authenticate(header) };
  const failures = new RateLimiterMemory({ points: failuresMax, duration: windowSeconds });
  const known = new Set<string>();

  const remember = (header: string): void => {
    if (known.has(header)) return;
    if (known.size >= knownKeysMax) known.clear();
    known.add(header);
  };

  return {
    async authenticate(header, address) {
      if (header && !known.has(header)) await refuseWhoFailedTooOften(failures, address, failuresMax);
      try {
        const actor = await authenticator.authenticate(header);
        if (header) remember(header);
        return actor;
      } catch (error) {
        // A missing key costs nothing and guesses nothing.
        if (header && error instanceof AppError && error.kind === "unauthenticated") {
          known.delete(header);
          await failures.penalty(address);
        }
        throw error;
      }
    },
  };
}

async function refuseWhoFailedTooOften(failures: RateLimiterMemory, address: string, failuresMax: number): Promise<void> {
  const found = await failures.get(address);
  if (!found || found.consumedPoints < failuresMax) return;
  const retryAfterSeconds = Math.max(1, Math.ceil(found.msBeforeNext / 1000));
  throw limited(
    "RATE_LIMITED",
    `Too many wrong API keys came from this address. Try again in ${retryAfterSeconds} seconds, with a key that is right.`,
    { retryAfterSeconds },
  );
}
