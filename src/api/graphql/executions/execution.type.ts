import { Field, Float, ID, Int, ObjectType } from "type-graphql";
import {
  type ExclusionReason,
  type Execution,
  type ExecutionStatus,
  exclusionReasons,
  executionStatuses,
  type Message,
  type MessageEvent,
  type MessageStatus,
  messageStatuses,
  messageTimeline,
  type RecipientType,
  recipientTypes,
} from "../../../executions/index.ts";
import { CampaignType } from "../campaigns/campaign.type.ts";
import { DeliveryStatsType, ExclusionCountType } from "../reports/delivery-stats.type.ts";
import { connectionOf } from "../shared/connection.ts";
import { Count, DateTime } from "../shared/scalars.ts";
import { RenderedContentType } from "./rendered-content.type.ts";

export type MessageStep = MessageEvent &
  Pick<Message, "userId" | "executionId" | "exclusion"> & { readonly messageId: string; readonly missed: number };

/** The latest step of a message, as the stream of events shows it. */
export function toLastStep(message: Message): MessageStep {
  const last = messageTimeline(message).at(-1) ?? { at: message.acceptedAt, status: message.status, attempt: 0, error: null };
  return toStep(message, last);
}

export function toStep(message: Message, event: MessageEvent): MessageStep {
  return {
    ...event,
    messageId: message.id,
    userId: message.userId,
    executionId: message.executionId,
    exclusion: message.exclusion,
    missed: 0,
  };
}

@ObjectType("MessageEvent", { description: "One step in a message's life." })
export class MessageEventType implements MessageStep {
  @Field(() => ID, { description: "The message." })
  messageId!: string;

  @Field(() => ID, { description: "Its execution." })
  executionId!: string;

  @Field(() => String, { description: "Whom the call named." })
  userId!: string;

  @Field(() => DateTime, { description: "When." })
  at!: Date;

  @Field(() => messageStatuses, { description: "What it became." })
  status!: MessageStatus;

  @Field(() => Int, { description: "The attempt meant, from 1; 0 before the first." })
  attempt!: number;

  @Field(() => exclusionReasons, { nullable: true, description: "Of an EXCLUDED one." })
  exclusion!: ExclusionReason | null;

  @Field(() => String, { nullable: true, description: "What the provider said, or why it is excluded." })
  error!: string | null;

  @Field(() => Int, {
    description:
      "In the stream `messageEvents`: how many events right before this one were left out because they were read too slowly.",
  })
  missed!: number;
}

type StoredMessage = Omit<
  Message,
  "campaignId" | "versionId" | "handedAt" | "settledAt" | "claimedAt" | "availableAt" | "keptSince" | "history" | "executionId"
>;

@ObjectType("Message", { description: "One recipient of one execution." })
export class MessageType implements StoredMessage {
  @Field(() => ID, { description: "UUIDv7; also the message's stable key at the provider." })
  id!: string;

  @Field(() => String, { description: "Whom the call named; `erased` once its execution is." })
  userId!: string;

  @Field(() => String, { description: "The kind of identity that userId is." })
  namespace!: string;

  @Field(() => recipientTypes, { description: "PROFILE or EXTERNAL." })
  recipientType!: RecipientType;

  @Field(() => String, { nullable: true, description: "Where it goes." })
  address!: string | null;

  @Field(() => messageStatuses, { description: "Where it stands." })
  status!: MessageStatus;

  @Field(() => exclusionReasons, { nullable: true, description: "Why it gets nothing." })
  exclusion!: ExclusionReason | null;

  @Field(() => String, { nullable: true, description: "The same as a sentence, with what to do." })
  exclusionDetail!: string | null;

  @Field(() => Int, { description: "How often it was tried." })
  attempts!: number;

  @Field(() => String, { nullable: true, description: "What the provider said last, if it did not take it." })
  error!: string | null;

  @Field(() => String, { nullable: true, description: "The provider's code for that, such as 550, 5.1.1 or ETIMEDOUT." })
  errorCode!: string | null;

  @Field(() => String, { nullable: true, description: "The provider's own id." })
  providerMessageId!: string | null;

  @Field(() => DateTime, { description: "When its call was accepted." })
  acceptedAt!: Date;

  @Field(() => CampaignType, { description: "The campaign that it is of." })
  campaign!: CampaignType;

  @Field(() => ExecutionType, { description: "The execution that it is of." })
  execution!: ExecutionType;

  @Field(() => [MessageEventType], { description: "Its life, oldest first." })
  timeline!: MessageEventType[];
}

export const MessageConnection = connectionOf("Message", () => MessageType);

@ObjectType("Execution", { description: "One accepted trigger." })
export class ExecutionType implements Pick<Execution, "id" | "requestId" | "acceptedAt"> {
  @Field(() => ID, { description: "UUIDv7." })
  id!: string;

  @Field(() => String, { description: "The caller's idempotency key." })
  requestId!: string;

  @Field(() => CampaignType, { description: "The campaign that was triggered." })
  campaign!: CampaignType;

  @Field(() => ID, { description: "The version that its messages are rendered from." })
  versionId!: string;

  @Field(() => executionStatuses, { description: "FINISHED when nothing is queued, claimed or sending." })
  status!: ExecutionStatus;

  @Field(() => DateTime, { description: "When the call was committed." })
  acceptedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: "When sending begins, if the call asked for later." })
  executeAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "When the last message is due at the delivery rate; null when unthrottled.",
  })
  plannedFinishAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: "When nothing was open any more." })
  finishedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: "When who its recipients were was erased; totals stay." })
  erasedAt!: Date | null;

  @Field(() => DeliveryStatsType, { description: "Totals of this execution." })
  stats!: DeliveryStatsType;
}

export const ExecutionConnection = connectionOf("Execution", () => ExecutionType);

@ObjectType("ExecuteCampaignPayload", { description: "What executeCampaign did." })
export class ExecuteCampaignPayload {
  @Field(() => ExecutionType, { description: "The execution; of a repeated requestId the first one." })
  execution!: ExecutionType;

  @Field(() => Boolean, { description: "Whether this requestId had been accepted before." })
  replayed!: boolean;

  @Field(() => Count, { description: "All recipients of the call." })
  acceptedCount!: number;

  @Field(() => Count, { description: "Those of them who were excluded when the call was accepted." })
  excludedCount!: number;

  @Field(() => Count, {
    description:
      "acceptedCount less excludedCount. Of them some may still be excluded before they are sent: `execution { stats }` counts all.",
  })
  toSendCount!: number;
}

@ObjectType("RecipientVerdict", { description: "What would become of one recipient." })
export class RecipientVerdictType {
  @Field(() => String, { description: "Whom the call named." })
  userId!: string;

  @Field(() => String, { nullable: true, description: "Where it would go." })
  address!: string | null;

  @Field(() => exclusionReasons, { nullable: true, description: "Null: would be sent." })
  exclusion!: ExclusionReason | null;

  @Field(() => String, { nullable: true, description: "The same as a sentence." })
  exclusionDetail!: string | null;

  @Field(() => RenderedContentType, { nullable: true, description: "What would be sent." })
  rendered!: RenderedContentType | null;
}

export const RecipientVerdictConnection = connectionOf("RecipientVerdict", () => RecipientVerdictType);

@ObjectType("Simulation", { description: "What an execution would do." })
export class SimulationType {
  @Field(() => Count, { description: "All recipients of the call." })
  acceptedCount!: number;

  @Field(() => Count, { description: "Those who would get nothing." })
  excludedCount!: number;

  @Field(() => Count, { description: "The rest." })
  toSendCount!: number;

  @Field(() => [ExclusionCountType], { description: "Why." })
  exclusions!: ExclusionCountType[];

  @Field(() => Float, {
    nullable: true,
    description: "Seconds until the last message, at the delivery rate; null when unthrottled.",
  })
  plannedDurationSeconds!: number | null;
}
