import type { ExclusionReason } from "./exclusion.ts";

/**
 * SENDING is not stored on the message: it is CLAIMED in a batch that is sending. Every reader goes through
 * `sql/select-messages.ts`.
 */
export const messageStatuses = {
  QUEUED: "QUEUED",
  CLAIMED: "CLAIMED",
  SENDING: "SENDING",
  SENT: "SENT",
  DELIVERED: "DELIVERED",
  BOUNCED: "BOUNCED",
  FAILED: "FAILED",
  UNCERTAIN: "UNCERTAIN",
  EXCLUDED: "EXCLUDED",
} as const;
export type MessageStatus = keyof typeof messageStatuses;

/** Dead letters: what did not reach its recipient, or may not have. */
export const deadStatuses = ["FAILED", "UNCERTAIN"] as const satisfies readonly MessageStatus[];
export type DeadStatus = (typeof deadStatuses)[number];

export const recipientTypes = { PROFILE: "PROFILE", EXTERNAL: "EXTERNAL" } as const;
export type RecipientType = keyof typeof recipientTypes;

/** One recipient of one execution. */
export type Message = {
  readonly id: string;
  readonly executionId: string;
  readonly campaignId: string;
  readonly versionId: string;
  readonly status: MessageStatus;
  readonly recipientType: RecipientType;
  readonly namespace: string;
  readonly userId: string;
  readonly address: string | null;
  readonly exclusion: ExclusionReason | null;
  readonly exclusionDetail: string | null;
  readonly attempts: number;
  readonly error: string | null;
  readonly errorCode: string | null;
  readonly providerMessageId: string | null;
  readonly acceptedAt: Date;
  readonly availableAt: Date;
  readonly claimedAt: Date | null;
  readonly handedAt: Date | null;
  readonly settledAt: Date | null;
  /** Since when what a replay needs is kept; null when it cannot be replayed. */
  readonly keptSince: Date | null;
  readonly history: readonly MessageEvent[];
};

/** One step in a message's life. */
export type MessageEvent = {
  readonly at: Date;
  readonly status: MessageStatus;
  readonly attempt: number;
  readonly error: string | null;
};

/** What happened to a message, oldest first, from its row alone. Pure. */
export function messageTimeline(message: Message): MessageEvent[] {
  const step = (at: Date | null, status: MessageStatus, error: string | null = null): MessageEvent[] =>
    at ? [{ at, status, attempt: message.attempts, error }] : [];
  const excludedAtOnce = message.status === "EXCLUDED" && message.attempts === 0;
  const queued: MessageEvent[] = excludedAtOnce ? [] : [{ at: message.acceptedAt, status: "QUEUED", attempt: 0, error: null }];
  const present = message.status === "QUEUED" || message.settledAt ? [] : step(message.claimedAt, message.status);
  const settled = step(message.settledAt, message.status, message.error ?? message.exclusionDetail);
  const claimed = message.settledAt && message.handedAt ? step(message.claimedAt, "CLAIMED") : [];
  const handed = message.settledAt ? step(message.handedAt, "SENDING") : [];
  // What was UNCERTAIN and then resolved: that entry came after the last hand-over.
  const isAfter = ({ at }: MessageEvent): boolean => message.claimedAt !== null && at > message.claimedAt;
  const [before, after] = [message.history.filter((event) => !isAfter(event)), message.history.filter(isAfter)];
  return [...queued, ...before, ...claimed, ...handed, ...after, ...present, ...settled];
}

const dayMilliseconds = 86_400_000;

/** Until when a FAILED or UNCERTAIN message can be sent again; null when it cannot. Pure. */
export function replayableUntil(message: Pick<Message, "keptSince">, replayDays: number, now: Date): Date | null {
  if (!message.keptSince) return null;
  const until = new Date(message.keptSince.getTime() + replayDays * dayMilliseconds);
  return until > now ? until : null;
}
