import { setTimeout as pause } from "node:timers/promises";
import { type Log, toError } from "../base/index.ts";
import { type ChannelConfiguration, type Outcome, type OutgoingMessage, providerOf, type Transport } from "../channels/index.ts";
import { type CircuitBreaker, type CircuitStatus, createCircuitBreaker } from "./circuit-breaker.ts";
import type { PreparedMessage } from "./claimed-message.ts";
import { createFairQueue } from "./fair-queue.ts";
import type { Limits } from "./limits.ts";
import { createPacer, type Pacer } from "./pacer.ts";
import { markedSeconds } from "./plan-marking.ts";

/** Transports that take many messages at once get this many; those that open a connection each, two per connection. */
const bulkInFlightMax = 1000;
const handOverMax = 250;
/** Encoding a megabyte takes milliseconds: so much is handed over in one turn of the event loop. */
const turnCharacters = 1_000_000;
/** What lanes without a rate bring within this time goes to a bulk transport in fewer, larger hand-overs. */
const gatherMilliseconds = 2;
/** A provider that answers nothing for so long is worth a word: it need not be down, but its campaigns stand still. */
const silenceMilliseconds = 15_000;
/** So many failures in a row, or one for each connection, mean that the provider is down: a server that takes fewer connections than it is offered refuses some and is up. */
const failuresMin = 5;

export type Sender = {
  readonly lane: string;
  /** It goes before those that are not. */
  readonly isUrgent: boolean;
  /** Its messages come when they are due: they go on at once, or they would be late. */
  readonly isPaced: boolean;
};

export type Provider = {
  readonly configuration: ChannelConfiguration;
  /** What may be handed over and unanswered at once. */
  readonly inFlightMax: number;
  /** With a quota: how many of one lane may wait here. Lanes share what the quota lets go in a short while. */
  readonly quotaShare: number | null;
  /** How many more of this lane it takes: none while the provider is down, and one when it may be tried. */
  room(lane: string): number;
  /** Nothing can be handed over: it is inactive, the provider is down, or is just being tried with one message. */
  readonly isShut: boolean;
  readonly circuit: CircuitStatus;
  /** It has messages, and has not answered all of them. */
  readonly isBusy: boolean;
  /** It has messages, and has answered none for a while. */
  readonly silence: { readonly since: Date; readonly messages: number } | null;
  enqueue(from: Sender, messages: readonly PreparedMessage[]): void;
  poke(): void;
  /** Takes back what was not handed over. */
  drain(): PreparedMessage[];
  /** Waits for what was handed over. */
  stop(graceSeconds: number): Promise<void>;
};

export type ProviderOptions = {
  readonly configuration: ChannelConfiguration;
  readonly transport: Transport;
  readonly limits: Limits;
  readonly now: () => Date;
  /** Campaigns that have messages for it. */
  readonly lanes: () => number;
  /** While false, messages wait: the lease may have lapsed, and then they belong to somebody else. */
  readonly isAlive: () => boolean;
  readonly onOutcome: (message: PreparedMessage, outcome: Outcome, handedAt: Date) => void;
  /** Handed in and surely not handed over; the provider is down. */
  readonly onReturned: (messages: readonly PreparedMessage[]) => void;
  /** There is room for more. */
  readonly onRoom: () => void;
  /** It was left alone, and may be tried, or is up again. */
  readonly onWay: (way: { readonly isProbe: boolean }) => void;
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
  readonly inFlightMax: number;
  readonly #quota: Pacer | null;
  readonly #breaker: CircuitBreaker;
  #inFlight = 0;
  /** Of what waits. */
  #characters = 0;
  /** When it answered last, or got something after it had nothing: on the database's clock, and on the process's monotonic one. */
  #heard = { at: new Date(0), milliseconds: Number.NaN };
  #isFilling = false;
  #isStopped = false;

  constructor(options: ProviderOptions) {
    const { provider, concurrency, quotaPerSecond: perSecond } = options.configuration;
    this.#options = options;
    this.#isBulk = providerOf(provider).capabilities.isBulk;
    this.inFlightMax = this.#isBulk ? bulkInFlightMax : concurrency * 2;
    const waiting = () => this.#sendable();
    const release = (count: number) => void this.#handOver(Math.min(count, this.#sendable()));
    this.#breaker = this.#createBreaker();
    this.#quota =
      perSecond === null
        ? null
        : createPacer({
            key: `quota:${options.configuration.id}`,
            perSecond,
            limits: options.limits,
            waiting,
            release,
            log: options.log,
          });
  }

  #createBreaker(): CircuitBreaker {
    const { configuration, now, log, onWay } = this.#options;
    const named = { channelConfigurationId: configuration.id };
    return createCircuitBreaker({
      failuresMax: this.#isBulk ? failuresMin : Math.max(failuresMin, configuration.concurrency),
      now,
      onOpen: ({ reason, retryAt }) => {
        log.warn(
          { ...named, reason, retryAt },
          "dispatch: a provider is down; its messages wait in the queue until it is tried again",
        );
        this.#giveBack();
      },
      onHalfOpen: () => onWay({ isProbe: true }),
      onClose: () => {
        log.info(named, "dispatch: a provider is up again");
        onWay({ isProbe: false });
      },
    });
  }

  get configuration(): ChannelConfiguration {
    return this.#options.configuration;
  }

  get quotaShare(): number | null {
    return this.#quota ? this.#share() : null;
  }

  room(lane: string): number {
    if (this.#breaker.state === "CLOSED") return Math.max(0, this.#share() - this.#queue.sizeOf(lane));
    return Math.max(0, this.#breaker.room(this.#inFlight, this.inFlightMax) - this.#queue.size);
  }

  /** Of what may wait here, the part of one lane: so an urgent lane finds room however many wait, and nobody takes it all. */
  #share(): number {
    const { quotaPerSecond } = this.#options.configuration;
    const ahead = Math.max(0, this.inFlightMax * 2 - this.#inFlight);
    const waitingMax = quotaPerSecond === null ? ahead : Math.min(ahead, Math.max(2, Math.ceil(quotaPerSecond * markedSeconds)));
    return Math.ceil(waitingMax / Math.max(1, this.#options.lanes()));
  }

  get isShut(): boolean {
    return !this.configuration.active || this.#breaker.isShut;
  }

  get isBusy(): boolean {
    return this.#inFlight > 0;
  }

  get silence(): Provider["silence"] {
    const isLong = performance.now() - this.#heard.milliseconds > silenceMilliseconds;
    return this.#inFlight > 0 && isLong ? { since: this.#heard.at, messages: this.#inFlight } : null;
  }

  #hear(at: Date): void {
    this.#heard = { at, milliseconds: performance.now() };
  }

  get circuit(): CircuitStatus {
    return this.#breaker.status;
  }

  enqueue({ lane, isUrgent, isPaced }: Sender, messages: readonly PreparedMessage[]): void {
    this.#queue.push(lane, isUrgent, messages);
    for (const { rendered } of messages) this.#characters += rendered;
    if (!this.configuration.active || this.#breaker.state === "OPEN") this.#giveBack();
    else if (isPaced || !this.#isBulk) this.poke();
    else this.#fillSoon();
  }

  poke(): void {
    if (this.#isStopped) return;
    if (this.#quota) this.#quota.poke();
    else this.#handOverTurn();
  }

  drain(): PreparedMessage[] {
    this.#characters = 0;
    return this.#queue.drain();
  }

  #handOverTurn(): void {
    const end = this.#characters - turnCharacters;
    while (this.#sendable() > 0 && this.#characters >= end) {
      const mean = this.#characters / this.#queue.size;
      const inTurn = Math.max(1, Math.floor(turnCharacters / Math.max(1, mean)));
      void this.#handOver(Math.min(handOverMax, inTurn, this.#sendable()));
    }
    if (this.#sendable() > 0) setImmediate(() => this.poke());
  }

  async stop(graceSeconds: number): Promise<void> {
    this.#isStopped = true;
    this.#quota?.stop();
    this.#breaker.stop();
    const deadline = performance.now() + graceSeconds * 1000;
    while (this.#inFlight > 0 && performance.now() < deadline) await pause(10);
    await this.#options.transport.stop();
  }

  #sendable(): number {
    return this.#options.isAlive() ? Math.min(this.#queue.size, this.#breaker.room(this.#inFlight, this.inFlightMax)) : 0;
  }

  #giveBack(): void {
    const messages = this.drain();
    if (messages.length > 0) this.#options.onReturned(messages);
  }

  async #handOver(count: number): Promise<void> {
    const messages = this.#queue.take(count);
    const [first] = messages;
    if (!first) return;
    for (const { rendered } of messages) this.#characters -= rendered;
    const { transport, now, log, onOutcome } = this.#options;
    const handedAt = now();
    const byKey = new Map(messages.map((message) => [message.outgoing.key, message]));
    if (this.#inFlight === 0) this.#hear(handedAt);
    this.#inFlight += messages.length;
    this.#breaker.handedOver(first.outgoing.key);
    const report = (outgoing: OutgoingMessage, outcome: Outcome): void => {
      const message = byKey.get(outgoing.key);
      if (!message || !byKey.delete(outgoing.key)) return;
      this.#inFlight -= 1;
      this.#hear(now());
      this.#breaker.observe(outgoing.key, outcome);
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
