import { createId } from "../../base/index.ts";
import type { ContextSchema } from "../../content/index.ts";
import type { RecipientFacts } from "../../profiles/index.ts";
import { faultOfContext } from "../context-schemas.ts";
import type { Exclusion } from "../exclusion.ts";
import { judgeRecipient, type RecipientRules, type Verdict } from "../judge-recipient.ts";
import { type LaneState, laneCapacity, plannedSeconds, windowHours } from "../rate-plan.ts";
import type { Candidate } from "./candidate.ts";
import type { JsonText } from "./json-text.ts";
import type { ExecuteCall } from "./parse-call.ts";

/** What the campaign says, as accept needs it. */
export type AcceptRules = RecipientRules & {
  readonly campaignId: string;
  readonly versionId: string;
  readonly namespace: string;
};

export type PlannedRecipient = Verdict & { readonly candidate: Candidate; readonly profileId: string | null };

export type RecipientPlan = {
  readonly recipients: readonly PlannedRecipient[];
  readonly excludedCount: number;
  readonly toSendCount: number;
  /** From the start of sending to the last message; null when unthrottled. */
  readonly plannedSeconds: number | null;
};

/** Verdicts for all recipients of a call, capacity included. Pure; the same for a real call and a simulated one. */
export function planRecipients(
  rules: AcceptRules,
  candidates: readonly Candidate[],
  known: {
    readonly facts: readonly RecipientFacts[];
    /** Of the version; null when it declares none. */
    readonly contextSchema: ContextSchema | null;
    readonly lane: LaneState;
    readonly delaySeconds: number;
  },
): RecipientPlan {
  const seen = rules.category === "MARKETING" ? new Set<string>() : null;
  const capacity = laneCapacity(known.lane, known.delaySeconds);
  let toSendCount = 0;
  const recipients = candidates.map((candidate, index): PlannedRecipient => {
    const facts = known.facts[index] ?? unknownPerson;
    const fault = faultOfContext(known.contextSchema, candidate.recipient.context);
    // Whoever gets nothing for a fault of the context does not take the address from the next one.
    const verdict = judgeRecipient(rules, candidate, facts, fault === null ? seen : null);
    const judged = { candidate, profileId: facts.profileId, ...verdict };
    if (verdict.exclusion) return judged;
    if (fault !== null) return { ...judged, exclusion: { reason: "MISSING_CONTEXT", detail: fault } };
    if (toSendCount >= capacity) return { ...judged, exclusion: windowExceeded };
    toSendCount += 1;
    return judged;
  });
  return {
    recipients,
    toSendCount,
    excludedCount: recipients.length - toSendCount,
    plannedSeconds: plannedSeconds(known.lane, toSendCount, known.delaySeconds),
  };
}

const unknownPerson: RecipientFacts = { profileId: null, profileAddress: null, consent: null, isSuppressed: false };

const windowExceeded: Exclusion = {
  reason: "RATE_WINDOW_EXCEEDED",
  detail: `At the campaign's delivery rate this message would not go out within ${windowHours} hours.`,
};

export type NewExecution = {
  readonly id: string;
  readonly campaignId: string;
  readonly versionId: string;
  readonly requestId: string;
  readonly fingerprint: Buffer;
  readonly status: "RUNNING" | "FINISHED";
  /** Null: the instant at which it is written. */
  readonly acceptedAt: string | null;
  readonly executeAt: string | null;
  readonly acceptedCount: number;
  readonly excludedCount: number;
  /** From the start to the last message; null when unthrottled. */
  readonly plannedSeconds: number | null;
  readonly firstMessageId: string;
  readonly lastMessageId: string;
  readonly actorId: string;
  /** The revision of the campaign whose labels let the actor in; null when labels had no part in it. */
  readonly labelRevision: number | null;
  /** With which its numbers were read. */
  readonly defaultCountry: string | null;
};

export type NewMessage = {
  readonly id: string;
  readonly executionId: string;
  readonly profileId: string | null;
  readonly recipientType: string;
  readonly namespace: string;
  readonly userId: string;
  readonly address: string | null;
  readonly addressKey: string | null;
  readonly context: JsonText | null;
  readonly profileData: JsonText | null;
  readonly exclusion: string | null;
  readonly exclusionDetail: string | null;
};

/** The rows of one execution. Ids rise from recipient to recipient, so they keep the order of the call. */
export function toRows(
  rules: AcceptRules,
  call: ExecuteCall & Pick<NewExecution, "actorId" | "labelRevision">,
  plan: RecipientPlan,
  now: Date | null,
): { execution: NewExecution; messages: NewMessage[] } {
  const id = createId();
  const messages = plan.recipients.map((planned) => toMessage(id, planned));
  return {
    messages,
    execution: {
      id,
      campaignId: rules.campaignId,
      versionId: rules.versionId,
      requestId: call.requestId,
      fingerprint: call.fingerprint,
      status: plan.toSendCount === 0 ? "FINISHED" : "RUNNING",
      acceptedAt: now?.toISOString() ?? null,
      executeAt: call.executeAt?.toISOString() ?? null,
      acceptedCount: plan.recipients.length,
      excludedCount: plan.excludedCount,
      plannedSeconds: plan.plannedSeconds,
      firstMessageId: messages[0]?.id ?? id,
      lastMessageId: messages.at(-1)?.id ?? id,
      actorId: call.actorId,
      labelRevision: call.labelRevision,
      defaultCountry: rules.defaultCountry,
    },
  };
}

function toMessage(executionId: string, planned: PlannedRecipient): NewMessage {
  const { candidate, exclusion } = planned;
  const { recipient, type, identity } = candidate;
  return {
    id: createId(),
    executionId,
    profileId: planned.profileId,
    recipientType: type,
    namespace: identity.namespace,
    userId: recipient.userId,
    address: planned.address,
    addressKey: planned.addressKey,
    // Whoever gets nothing leaves nothing behind.
    context: exclusion ? null : recipient.context,
    profileData: exclusion ? null : recipient.profileData,
    exclusion: exclusion?.reason ?? null,
    exclusionDetail: exclusion?.detail ?? null,
  };
}
