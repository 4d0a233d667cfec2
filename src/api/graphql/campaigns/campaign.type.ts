import { Field, ID, Int, ObjectType } from "type-graphql";
import { type Category, type Channel, categories, channels } from "../../../base/index.ts";
import {
  type Campaign,
  type CampaignAction,
  type CampaignStatus,
  type CampaignVersion,
  campaignActions,
  campaignStatuses,
  type MissingContext,
  missingContextChoices,
  type OnUncertain,
  onUncertainChoices,
  type VersionStatus,
  versionStatuses,
} from "../../../campaigns/index.ts";
import { ChannelConfigurationType } from "../channels/channel-configuration.type.ts";
import { DeliveryStatsType } from "../reports/delivery-stats.type.ts";
import { connectionOf } from "../shared/connection.ts";
import { ReviewType } from "../shared/issue.type.ts";
import { DateTime, Json } from "../shared/scalars.ts";
import { CampaignContentType } from "./content.type.ts";

type StoredVersion = Pick<
  CampaignVersion,
  | "id"
  | "number"
  | "status"
  | "namespace"
  | "createProfiles"
  | "highThroughput"
  | "onUncertain"
  | "missingContext"
  | "timeZone"
  | "oneShot"
  | "createdBy"
>;

@ObjectType("CampaignVersion", { description: "Content and settings; immutable once live, and while in review." })
export class CampaignVersionType implements StoredVersion {
  @Field(() => ID, { description: "UUIDv7. Executions and messages name it." })
  id!: string;

  @Field(() => Int, { description: "Counts from 1." })
  number!: number;

  @Field(() => versionStatuses, { description: "RETIRED: another took its place, or it was a draft that was discarded." })
  status!: VersionStatus;

  @Field(() => ChannelConfigurationType, { description: "Provider and sender." })
  channelConfiguration!: ChannelConfigurationType;

  @Field(() => String, { description: "The kind of identity that recipients are named by." })
  namespace!: string;

  @Field(() => Boolean, { description: "Whether unknown people are created." })
  createProfiles!: boolean;

  @Field(() => Boolean, { description: "No profile look-up; context only." })
  highThroughput!: boolean;

  @Field(() => onUncertainChoices, { description: "What happens to messages in flight when a worker dies." })
  onUncertain!: OnUncertain;

  @Field(() => missingContextChoices, { description: "What a printed context variable without a value does." })
  missingContext!: MissingContext;

  @Field(() => Json, {
    nullable: true,
    description:
      "JSON Schema of the context, at most 64 kB, without pattern, uniqueItems and references to elsewhere. A recipient whose context does not fit is excluded with MISSING_CONTEXT; content may use the variables it names only.",
  })
  contextSchema!: unknown;

  @Field(() => DateTime, { nullable: true, description: "Triggers before it are refused." })
  startAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: "Triggers from it on are refused." })
  endAt!: Date | null;

  @Field(() => String, { nullable: true, description: "startAt as the clock shows it in timeZone, with its offset." })
  startAtLocal?: string | null;

  @Field(() => String, { nullable: true, description: "endAt as the clock shows it in timeZone, with its offset." })
  endAtLocal?: string | null;

  @Field(() => String, { description: "IANA name." })
  timeZone!: string;

  @Field(() => Boolean, { description: "COMPLETED three days after its activation." })
  oneShot!: boolean;

  @Field(() => CampaignContentType, { description: "What it says." })
  content!: CampaignContentType;

  @Field(() => DateTime, { description: "When it was begun." })
  createdAt!: Date;

  @Field(() => String, { description: "Id of the key that began it." })
  createdBy!: string;

  @Field(() => DateTime, { nullable: true, description: "When it went live. Null: it never did." })
  activatedAt!: Date | null;
}

export const CampaignVersionConnection = connectionOf("CampaignVersion", () => CampaignVersionType);

type Stored = Pick<
  Campaign,
  "id" | "title" | "tags" | "labels" | "category" | "channel" | "status" | "revision" | "createdAt" | "updatedAt"
>;

@ObjectType("Campaign", { description: "A message that is written once and triggered by a call." })
export class CampaignType implements Stored {
  @Field(() => ID, { description: "UUIDv7, stable over all versions." })
  id!: string;

  @Field(() => String, { description: "1 to 200 characters." })
  title!: string;

  @Field(() => String, { nullable: true, description: "For colleagues." })
  description!: string | null;

  @Field(() => [String], { description: "Free words, for finding." })
  tags!: string[];

  @Field(() => [String], {
    description: "Keys that are limited by labels see this campaign when it has one of theirs, or none at all.",
  })
  labels!: string[];

  @Field(() => categories, { description: "Fixed at creation." })
  category!: Category;

  @Field(() => channels, { description: "Fixed at creation." })
  channel!: Channel;

  @Field(() => campaignStatuses, { description: "What it is doing." })
  status!: CampaignStatus;

  @Field(() => String, { nullable: true, description: "Why it is FAILED, or what an approver wants changed." })
  statusReason!: string | null;

  @Field(() => [campaignActions], {
    description: "What the caller can ask of it now: what its status allows, and the caller's permissions.",
  })
  availableActions!: CampaignAction[];

  @Field(() => Int, {
    description:
      "Rises when what is written or what is live changes; UpdateCampaignInput takes it as expectedRevision. Pause, stop and delivery rate leave it.",
  })
  revision!: number;

  @Field(() => Int, { nullable: true, description: "Messages a second; null is unthrottled." })
  deliveryRate!: number | null;

  @Field(() => CampaignVersionType, { description: "The live one, or the only one." })
  version!: CampaignVersionType;

  @Field(() => CampaignVersionType, { nullable: true, description: "A draft beside the live one." })
  draftVersion!: CampaignVersionType | null;

  @Field(() => CampaignVersionType, {
    description:
      "What an author edits, and what `review`, previewContent and sendProof mean: the draft if there is one, else `version`.",
  })
  latestVersion!: CampaignVersionType;

  @Field(() => String, { description: "Of `version`." })
  namespace!: string;

  @Field(() => ChannelConfigurationType, { description: "Of `version`." })
  channelConfiguration!: ChannelConfigurationType;

  @Field(() => CampaignContentType, {
    description: "Of `version`: what is sent. What was changed beside a live version is in `latestVersion { content }`.",
  })
  content!: CampaignContentType;

  @Field(() => DateTime, { nullable: true, description: "Of `version`." })
  startAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: "Of `version`." })
  endAt!: Date | null;

  @Field(() => String, { description: "Of `version`." })
  timeZone!: string;

  @Field(() => Boolean, { description: "Of `version`." })
  oneShot!: boolean;

  @Field(() => Boolean, { description: "Of `version`." })
  createProfiles!: boolean;

  @Field(() => Boolean, { description: "Of `version`." })
  highThroughput!: boolean;

  @Field(() => onUncertainChoices, { description: "Of `version`." })
  onUncertain!: OnUncertain;

  @Field(() => ReviewType, { description: "Of the draft if there is one, else of the live version." })
  review!: ReviewType;

  @Field(() => DeliveryStatsType, { description: "Totals over all executions." })
  stats!: DeliveryStatsType;

  @Field(() => DateTime, { description: "When it was made." })
  createdAt!: Date;

  @Field(() => DateTime, { description: "When it changed last." })
  updatedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: "When it was activated. A new version of a running campaign leaves it." })
  activatedAt!: Date | null;
}

export const CampaignConnection = connectionOf("Campaign", () => CampaignType);
