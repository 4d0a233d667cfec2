import { setTimeout as pause } from "node:timers/promises";
import Bottleneck from "bottleneck";
import { Redis } from "ioredis";
import { type Log, toError } from "../base/index.ts";
import type { Limits } from "./limits.ts";
import { TicketLimiter } from "./ticket-limiter.ts";

export type SharedLimitsOptions = {
  readonly redisUrl: string;
  /** Of this installation: several may use one Redis. */
  readonly namespace: string;
  readonly log: Log;
};

const askMilliseconds = 500;
const answerMilliseconds = 1000;
const reconnectMilliseconds = 500;
/** A limiter that nobody used for so long leaves Redis. */
const forgottenMilliseconds = 3_600_000;
/** Limiters are made anew at most this often, however many of them fail. */
const epochMilliseconds = 1000;

/**
 * Bottleneck's cluster mode: the turns of a limiter are handed out by a script in Redis, to all workers that ask.
 * While Redis is away nothing that has a rate goes out; when it is back, limiters are made anew and sending goes on.
 */
export class SharedLimits implements Limits {
  readonly isShared = true;
  readonly #options: SharedLimitsOptions;
  readonly #client: RateRedis;
  readonly #stopping = new AbortController();
  #connection: Bottleneck.IORedisConnection | null = null;
  #watching: Promise<void> = Promise.resolve();
  #awaySince: Date | null = new Date();
  #epoch = 0;
  #epochAt = Number.NEGATIVE_INFINITY;

  constructor(options: SharedLimitsOptions) {
    this.#options = options;
    this.#client = new RateRedis(options.redisUrl, {
      lazyConnect: true,
      enableOfflineQueue: false,
      commandTimeout: answerMilliseconds,
      maxRetriesPerRequest: 0,
      retryStrategy: () => reconnectMilliseconds,
    });
  }

  get awaySince(): Date | null {
    return this.#awaySince;
  }

  get epoch(): number {
    return this.#epoch;
  }

  createLimiter(key: string, intervalMilliseconds: number): TicketLimiter {
    this.#connection ??= new Bottleneck.IORedisConnection({ client: this.#client });
    const limiter = new TicketLimiter({
      connection: this.#connection,
      id: `envoi:${this.#options.namespace}:${key}:${intervalMilliseconds}`,
      minTime: intervalMilliseconds,
      timeout: forgottenMilliseconds,
    });
    // A turn that Redis failed to hand out may be stuck in the limiter for good.
    const madeIn = this.#epoch;
    limiter.on("error", () => this.#renew(madeIn));
    limiter.ready().catch(() => this.#renew(madeIn));
    return limiter;
  }

  start(): void {
    this.#client.on("error", (error) => this.#options.log.debug({ err: error }, "limits: the connection to Redis failed"));
    this.#client.connect().catch(() => undefined);
    this.#watching = this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watching;
    await this.#connection?.disconnect(false);
    this.#client.disconnect();
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#client.ping().then(
        () => this.#isBack(),
        (error) => this.#isAway(error),
      );
      await pause(askMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }

  #isBack(): void {
    if (!this.#awaySince) return;
    this.#awaySince = null;
    this.#epoch += 1;
    this.#options.log.info("limits: Redis answers; what has a rate is sent");
  }

  #isAway(error: unknown): void {
    if (this.#awaySince) return;
    this.#awaySince = new Date();
    this.#options.log.warn({ err: toError(error) }, "limits: Redis does not answer; what has a rate waits");
  }

  /** What a limiter of an earlier epoch still reports is over: it has been made anew since. */
  #renew(failedEpoch: number): void {
    if (failedEpoch !== this.#epoch || performance.now() - this.#epochAt < epochMilliseconds) return;
    this.#epochAt = performance.now();
    this.#epoch += 1;
  }
}

/** Bottleneck's second connection only listens: what it says waits for Redis rather than fails, for nobody hears the failure. */
class RateRedis extends Redis {
  override duplicate(): Redis {
    const { commandTimeout: _, ...options } = this.options;
    return new Redis({ ...options, lazyConnect: false, enableOfflineQueue: true, maxRetriesPerRequest: null });
  }
}
