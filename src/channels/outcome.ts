/**
 * What a provider answered for one message. Transports return one of these and never throw for an answer.
 * `unknown` is what makes the delivery contract honest: the message may or may not have left.
 * `code` is the provider's short word for it, such as 550, 5.1.1 or ETIMEDOUT: dead letters are listed by it.
 */
export type Outcome =
  | { readonly kind: "sent"; readonly providerMessageId: string | null }
  | {
      readonly kind: "deferred";
      readonly reason: string;
      readonly code?: string;
      /** The provider asked for at least so long a pause. */
      readonly retryAfterSeconds?: number;
      /** It was not about this message: the next one would fare the same. */
      readonly isProviderDown?: boolean;
    }
  | { readonly kind: "rejected"; readonly reason: string; readonly code?: string }
  | { readonly kind: "unknown"; readonly reason: string; readonly code?: string };
