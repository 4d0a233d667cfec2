/**
 * What a provider answered for one message. Transports return one of these and never throw for an answer.
 * `unknown` is what makes the delivery contract honest: the message may or may not have left.
 */
export type Outcome =
  | { readonly kind: "sent"; readonly providerMessageId: string | null }
  | { readonly kind: "deferred"; readonly reason: string; readonly retryAfterSeconds?: number }
  | { readonly kind: "rejected"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };
