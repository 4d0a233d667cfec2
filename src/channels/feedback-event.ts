/** What a provider tells about a message after it took it. */
export const feedbackKinds = {
  SENT: "SENT",
  DELIVERED: "DELIVERED",
  DEFERRED: "DEFERRED",
  BOUNCED: "BOUNCED",
  FAILED: "FAILED",
  COMPLAINED: "COMPLAINED",
  UNSUBSCRIBED: "UNSUBSCRIBED",
} as const;
export type FeedbackKind = keyof typeof feedbackKinds;

/** HARD: the address is dead. SOFT: perhaps not for ever. POLICY: it was about the sender or the content, and says nothing of the address. */
export type BounceClass = "HARD" | "SOFT" | "POLICY";

export type FeedbackEvent = {
  readonly kind: FeedbackKind;
  /** Ours: `key` of the outgoing message, where the provider echoes it. It needs no look-up, and may overtake the outcome. */
  readonly messageKey: string | null;
  readonly providerMessageId: string | null;
  readonly address: string | null;
  /** Of BOUNCED and FAILED. */
  readonly bounceClass: BounceClass | null;
  /** The person said stop: it is about consent, too. */
  readonly isOptOut: boolean;
  readonly code: string | null;
  readonly reason: string | null;
  /** Null where the provider does not say: then it is when it came. */
  readonly occurredAt: Date | null;
  /** Equal for every repetition of one event, and for no other of the same provider. */
  readonly dedupeKey: string;
};

/** A provider's call to us, as it came: signatures are over the very bytes. */
export type FeedbackRequest = {
  /** Under which the provider called: built from our configured address, never from a header. */
  readonly url: string;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly receivedAt: Date;
  readonly secrets: Readonly<Record<string, string | undefined>>;
};

export type Feedback =
  /** What is not understood gives no event, and is accepted: a provider that is refused stops telling. */
  | { readonly kind: "events"; readonly events: readonly FeedbackEvent[] }
  /** It does not come from the provider. */
  | { readonly kind: "refused"; readonly reason: string };

/** Pure. */
export type ParseFeedback = (request: FeedbackRequest) => Feedback;
