import { z } from "zod";
import { errorCatalogue, errorKinds } from "../../base/index.ts";
import { exclusionReasons, executionStatuses, messageStatuses } from "../../executions/index.ts";

const instant = z.iso.datetime();
const uuid = z.uuid();
const count = z.int().min(0);
const reason = z.enum(exclusionReasons).meta({ id: "ExclusionReason", description: "Why somebody gets nothing." });
const exclusions = z.array(z.object({ reason, count })).meta({ description: "How many were excluded, by reason." });

/** What the reference product answers to an accepted call, in its words. */
const accepted = {
  executionId: uuid.meta({ description: "Ours: the way to the execution's status and recipients." }),
  requestId: z.string().meta({ description: "As it came." }),
  createdAt: instant.meta({ description: "When the call was committed." }),
  createdBy: z.string().meta({ description: "The key, or the token's subject, that made it." }),
  modifiedAt: instant.meta({ description: "As createdAt: an accepted call does not change." }),
  modifiedBy: z.string(),
};

export const executionAccepted = z
  .object({
    ...accepted,
    replayed: z.boolean().meta({ description: "Whether this requestId had been accepted before: then nothing new was stored." }),
    counts: z
      .object({ accepted: count, excluded: count, toSend: count })
      .meta({ description: "Recipients of the call, those excluded when it was accepted, and the rest." }),
    exclusions: exclusions.optional(),
    excluded: z
      .array(z.object({ userId: z.string(), reason, detail: z.string().optional() }))
      .optional()
      .meta({ description: "The first 100 excluded, in the order of the call. Only where somebody is." }),
  })
  .meta({ id: "ExecutionAccepted", description: "Committed: the execution and every message of it." });

const totals = z
  .object({
    ...{ accepted: count, queued: count, claimed: count, sending: count, sent: count, delivered: count },
    ...{ bounced: count, failed: count, uncertain: count, excluded: count },
  })
  .meta({ description: "`accepted` is the sum of all the others." });

export const executionStatus = z
  .object({
    ...accepted,
    campaignId: uuid,
    status: z.enum(executionStatuses).meta({ description: "FINISHED when nothing is queued, claimed or sending." }),
    counts: totals,
    exclusions,
    executeAt: instant.nullable().meta({ description: "When sending begins, if the call asked for later." }),
    plannedFinishAt: instant.nullable().meta({ description: "When the last message is due at the delivery rate." }),
    finishedAt: instant.nullable(),
  })
  .meta({ id: "ExecutionStatus" });

const recipientState = z
  .object({
    messageId: uuid,
    userId: z.string(),
    namespace: z.string(),
    type: z.enum(["aep", "external"]),
    address: z.string().nullable().meta({ description: "Where it goes." }),
    status: z.enum(messageStatuses),
    reason: reason.nullable().meta({ description: "Why it gets nothing." }),
    detail: z.string().nullable().meta({ description: "The same as a sentence, with what to do." }),
    attempts: count,
    error: z.string().nullable().meta({ description: "What the provider said last, if it did not take it." }),
    errorCode: z.string().nullable(),
    providerMessageId: z.string().nullable(),
    settledAt: instant.nullable(),
  })
  .meta({ id: "RecipientState" });

export const recipientPage = z
  .object({
    recipients: z.array(recipientState),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  })
  .meta({ id: "RecipientPage" });

export const health = z.object({ status: z.literal("UP") }).meta({ id: "Health" });

export const problem = z
  .object({
    type: z.string().meta({ description: "Ends in the code.", example: "urn:envoi:error:CAMPAIGN_NOT_LIVE" }),
    title: z.string().meta({ description: "What is wrong, and what to do. Its words may change; the code keeps its meaning." }),
    status: z.int(),
    code: z.enum([...Object.keys(errorCatalogue), "INTERNAL"]),
    kind: z.enum([...Object.keys(errorKinds), "internal"]),
    requestId: z.string().meta({ description: "Of this answer, as the header x-request-id: the log knows it." }),
    details: z.record(z.string(), z.unknown()).meta({ description: "For programs, by code." }),
    report: z.object({
      additionalContext: z.record(z.string(), z.string()).meta({
        description: "requestId and campaignId of the call, the path of each faulty field, and `whatToDo`.",
      }),
    }),
  })
  .meta({ id: "Problem", description: "Any failure (RFC 9457)." });

export type ExecutionAccepted = z.output<typeof executionAccepted>;
export type ExecutionStatusAnswer = z.output<typeof executionStatus>;
export type RecipientPage = z.output<typeof recipientPage>;
