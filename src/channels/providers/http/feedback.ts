import { z } from "zod";
import { type FeedbackEvent, feedbackKinds, type ParseFeedback } from "../../feedback-event.ts";
import { keysOf, signatureFault } from "../../standard-webhooks.ts";

const told = z.object({
  messageId: z.string().max(200).optional(),
  id: z.string().max(200).optional(),
  address: z.string().max(4096).optional(),
  bounceClass: z.enum(["HARD", "SOFT", "POLICY"]).optional(),
  isOptOut: z.boolean().optional(),
  code: z.string().max(64).optional(),
  reason: z.string().max(1000).optional(),
});
const report = z.object({
  type: z.string().regex(/^message\.[a-z]+$/),
  timestamp: z.iso.datetime({ offset: true }).optional(),
  data: told,
});

/** A gateway's report: signed as what it got was, `{type: "message.delivered", timestamp, data}`. What is not understood is no event. */
export const parseHttpFeedback: ParseFeedback = ({ headers, body, receivedAt, secrets }) => {
  const fault = signatureFault(keysOf(secrets.signingSecret ?? ""), headers, { body, now: receivedAt });
  if (fault !== null || !secrets.signingSecret) return { kind: "refused", reason: fault ?? "There is no signing secret." };
  const event = eventIn(body.toString("utf8"), headers["webhook-id"] ?? "");
  return { kind: "events", events: event ? [event] : [] };
};

function eventIn(text: string, dedupeKey: string): FeedbackEvent | null {
  const parsed = report.safeParse(jsonIn(text));
  const kind = parsed.success ? kindOf(parsed.data.type) : null;
  if (!parsed.success || kind === null) return null;
  const { data, timestamp } = parsed.data;
  const isBad = kind === "BOUNCED" || kind === "FAILED";
  return {
    kind,
    messageKey: data.messageId ?? null,
    providerMessageId: data.id ?? null,
    address: data.address ?? null,
    bounceClass: isBad ? (data.bounceClass ?? "SOFT") : null,
    isOptOut: data.isOptOut ?? kind === "UNSUBSCRIBED",
    code: data.code ?? null,
    reason: data.reason ?? null,
    occurredAt: timestamp === undefined ? null : new Date(timestamp),
    dedupeKey,
  };
}

function kindOf(type: string): FeedbackEvent["kind"] | null {
  const name = type.slice("message.".length).toUpperCase();
  return Object.values(feedbackKinds).find((kind) => kind === name) ?? null;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
