import type { RenderedMessage } from "../content/index.ts";
import type { Outcome } from "./outcome.ts";

/** One message ready for its provider. */
export type OutgoingMessage = {
  /** Equal over every attempt: the provider's idempotency key, and the left side of the Message-ID. */
  readonly key: string;
  readonly campaignId: string;
  readonly executionId: string;
  readonly userId: string;
  readonly address: string;
  readonly content: RenderedMessage;
};

export type Report = (message: OutgoingMessage, outcome: Outcome) => void;

/**
 * Hands messages to one provider. `send` reports every message exactly once, as soon as its outcome is known,
 * and resolves when all are reported. `handedAt` is the instant of the hand-over, from the database's clock.
 */
export type Transport = {
  send(messages: readonly OutgoingMessage[], handedAt: Date, report: Report): Promise<void>;
  stop(): Promise<void>;
};
