import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { Authenticator } from "../access/index.ts";
import { AppError, limited } from "../base/index.ts";
import type { Actor } from "../storage/index.ts";
import { networkOf } from "./network-of.ts";

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
  /** Keys that are being tried for the first time: however often one comes meanwhile, it is one try. */
  const trying = new Map<string, Promise<Actor>>();

  const remember = (header: string): void => {
    if (known.size >= knownKeysMax) known.clear();
    known.add(header);
  };

  /** Counted as wrong before it is looked up, and not any more once it was right: a thousand at once are a thousand tries. */
  const tryKey = async (header: string, address: string): Promise<Actor> => {
    const network = networkOf(address);
    await countTry(failures, network);
    try {
      const actor = await authenticator.authenticate(header);
      await failures.reward(network);
      remember(header);
      return actor;
    } catch (error) {
      if (!isWrongKey(error)) await failures.reward(network);
      throw error;
    }
  };

  return {
    async authenticate(header, address) {
      // A missing key costs nothing and guesses nothing.
      if (!header) return authenticator.authenticate(header);
      if (!known.has(header)) {
        const tried = trying.get(header) ?? tryKey(header, address).finally(() => trying.delete(header));
        trying.set(header, tried);
        return tried;
      }
      try {
        return await authenticator.authenticate(header);
      } catch (error) {
        if (isWrongKey(error)) known.delete(header);
        throw error;
      }
    },
  };
}

function isWrongKey(error: unknown): boolean {
  return error instanceof AppError && error.kind === "unauthenticated";
}

async function countTry(failures: RateLimiterMemory, network: string): Promise<void> {
  try {
    await failures.consume(network);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    throw limited(
      "RATE_LIMITED",
      `Too many wrong API keys came from this address. Try again in ${retryAfterSeconds} seconds, with a key that is right.`,
      { retryAfterSeconds },
    );
  }
}
