import { setTimeout as pause } from "node:timers/promises";
import { type Log, toError } from "../base/index.ts";
import {
  type ChannelConfiguration,
  type Outcome,
  type OutgoingMessage,
  providerTraits,
  type Transport,
} from "../channels/index.ts";
import type { PreparedMessage } from "./claimed-message.ts";
import { createFairQueue } from "./fair-queue.ts";
import { createPacer, type Pacer } from "./pacer.ts";

/** Transports that take many messages at once get this many; those that open a connection each, two per connection. */
const bulkInFlightMax = 1000;
const handOverMax = 250;
/** Slices that come within this time go to a bulk transport in one hand-over: one each costs a commit, and a busy machine its rates. */
const gatherMilliseconds = 2;

export type Provider = {
  readonly configuration: ChannelConfiguration;
  /** Messages handed in and not yet settled. */
  readonly load: number;
  readonly loadMax: number;
  enqueue(lane: string, isUrgent: boolean, messages: readonly PreparedMessage[]): void;
  poke(): void;
  /** Takes back what was not handed over. */
  drain(): PreparedMessage[];
  /** Waits for what was handed over. */
  stop(graceSeconds: number): Promise<void>;
};

export type ProviderOptions = {
  readonly configuration: ChannelConfiguration;
  readonly transport: Transport;
  readonly now: () => Date;
  /** While false, messages wait: the lease may have lapsed, and then they belong to somebody else. */
  readonly isAlive: () => boolean;
  readonly onOutcome: (message: PreparedMessage, outcome: Outcome, handedAt: Date) => void;
  /** There is room for more. */
  readonly onRoom: () => void;
  readonly log: Log;
};

/** The last stage before the wire, one per channel configuration: its quota, its concurrency, urgent lanes first. */
export function createProvider(options: ProviderOptions): Provider {
  return new WireProvider(options);
}

class WireProvider implements Provider {
  readonly #options: ProviderOptions;
  readonly #queue = createFairQueue<PreparedMessage>();
  readonly #isBulk: boolean;
  readonly #inFlightMax: number;
  readonly #quota: Pacer | null;
  #inFlight = 0;
  #isFilling = false;
  #isStopped = false;

  constructor(options: ProviderOptions) {
    const { provider, concurrency, quotaPerSecond: perSecond } = options.configuration;
    this.#options = options;
    this.#isBulk = providerTraits[provider].isBulk;
    this.#inFlightMax = this.#isBulk ? bulkInFlightMax : concurrency * 2;
    const waiting = () => this.#room();
    const release = (count: number) => void this.#handOver(Math.min(count, this.#room()));
    this.#quota = perSecond === null ? null : createPacer({ perSecond, waiting, release, log: options.log });
  }

  get configuration(): ChannelConfiguration {
    return this.#options.configuration;
  }

  get load(): number {
    return this.#queue.size + this.#inFlight;
  }

  get loadMax(): number {
    return this.#inFlightMax * 2;
  }

  enqueue(lane: string, isUrgent: boolean, messages: readonly PreparedMessage[]): void {
    this.#queue.push(lane, isUrgent, messages);
    if (this.#isBulk) this.#fillSoon();
    else this.poke();
  }

  poke(): void {
    if (this.#isStopped) return;
    if (this.#quota) this.#quota.poke();
    else while (this.#room() > 0) void this.#handOver(Math.min(handOverMax, this.#room()));
  }

  drain(): PreparedMessage[] {
    return this.#queue.drain();
  }

  async stop(graceSeconds: number): Promise<void> {
    this.#isStopped = true;
    this.#quota?.stop();
    const deadline = performance.now() + graceSeconds * 1000;
    while (this.#inFlight > 0 && performance.now() < deadline) await pause(10);
    await this.#options.transport.stop();
  }

  #room(): number {
    return this.#options.isAlive() ? Math.min(this.#queue.size, this.#inFlightMax - this.#inFlight) : 0;
  }

  async #handOver(count: number): Promise<void> {
    const messages = this.#queue.take(count);
    if (messages.length === 0) return;
    const { transport, now, log, onOutcome } = this.#options;
    const handedAt = now();
    const byKey = new Map(messages.map((message) => [message.outgoing.key, message]));
    this.#inFlight += messages.length;
    const report = (outgoing: OutgoingMessage, outcome: Outcome): void => {
      const message = byKey.get(outgoing.key);
      if (!message || !byKey.delete(outgoing.key)) return;
      this.#inFlight -= 1;
      onOutcome(message, outcome, handedAt);
      this.#fillSoon();
    };
    const outgoing = messages.map((message) => message.outgoing);
    await transport
      .send(outgoing, handedAt, report)
      .catch((error) => log.error({ err: toError(error) }, "dispatch: a transport failed in an unexpected way"));
    // A transport reports everything; whatever it forgot may have left.
    for (const message of byKey.values())
      report(message.outgoing, { kind: "unknown", reason: "The transport gave no answer for this message." });
  }

  /** Once for all that is reported or handed in together. */
  #fillSoon(): void {
    if (this.#isFilling) return;
    this.#isFilling = true;
    const fill = (): void => {
      this.#isFilling = false;
      this.poke();
      this.#options.onRoom();
    };
    if (this.#isBulk) setTimeout(fill, gatherMilliseconds);
    else queueMicrotask(fill);
  }
}
