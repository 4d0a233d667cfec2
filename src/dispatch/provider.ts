import { type Log, toError } from "../base/index.ts";
import type { ChannelConfiguration, Outcome, OutgoingMessage, Transport } from "../channels/index.ts";
import type { PreparedMessage } from "./claimed-message.ts";
import { createFairQueue } from "./fair-queue.ts";
import { createPacer } from "./pacer.ts";

/** Transports that take many messages at once get this many hand-overs' worth; those that open a connection each, two per connection. */
const bulkInFlightMax = 1000;

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
  const { configuration, transport } = options;
  const isBulk = configuration.provider === "sandbox";
  const inFlightMax = isBulk ? bulkInFlightMax : configuration.concurrency * 2;
  const queue = createFairQueue<PreparedMessage>();
  let inFlight = 0;

  const handOver = async (count: number): Promise<void> => {
    const messages = queue.take(count);
    if (messages.length === 0) return;
    const handedAt = options.now();
    const byKey = new Map(messages.map((message) => [message.outgoing.key, message]));
    inFlight += messages.length;
    const report = (outgoing: OutgoingMessage, outcome: Outcome): void => {
      const message = byKey.get(outgoing.key);
      if (!message || !byKey.delete(outgoing.key)) return;
      inFlight -= 1;
      options.onOutcome(message, outcome, handedAt);
    };
    try {
      await transport.send(
        messages.map((message) => message.outgoing),
        handedAt,
        report,
      );
    } catch (error) {
      options.log.error({ err: toError(error) }, "dispatch: a transport failed in an unexpected way");
    }
    // A transport reports everything; whatever it forgot may have left.
    for (const message of byKey.values())
      report(message.outgoing, { kind: "unknown", reason: "The transport gave no answer for this message." });
    options.onRoom();
  };

  const pacer = createPacer({
    perSecond: configuration.quotaPerSecond,
    concurrency: inFlightMax,
    waiting: () => (options.isAlive() ? queue.size : 0),
    release: handOver,
    log: options.log,
  });

  return {
    configuration,
    get load() {
      return queue.size + inFlight;
    },
    loadMax: inFlightMax * 2,
    enqueue(lane, isUrgent, messages) {
      queue.push(lane, isUrgent, messages);
      pacer.poke();
    },
    poke: () => pacer.poke(),
    drain: () => queue.drain(),
    async stop(graceSeconds) {
      pacer.stop();
      const deadline = performance.now() + graceSeconds * 1000;
      while (inFlight > 0 && performance.now() < deadline) await new Promise((done) => setTimeout(done, 10));
      await transport.stop();
    },
  };
}
