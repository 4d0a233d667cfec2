import { Field, ID, InputType, Int } from "type-graphql";
import { type Category, type Channel, categories, channels } from "../../../base/index.ts";
import { type MissingContext, missingContextChoices, type OnUncertain, onUncertainChoices } from "../../../campaigns/index.ts";
import { DateTime, Json } from "../shared/scalars.ts";
import { CampaignContentInput } from "./content.type.ts";

@InputType()
abstract class CampaignSettingsInput {
  @Field(() => String, { nullable: true, description: "Up to 5,000 characters." })
  description?: string | null;

  @Field(() => [String], { nullable: true, description: "Up to 50 of 50 characters." })
  tags?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      "Up to 50 of 50 characters, such as a country, a brand or a team: keys that are limited by labels see the campaign when it has one of theirs, or none. Such a key gives and takes only its own.",
  })
  labels?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: "The kind of identity that recipients are named by. Default email, phone or ecid, by channel.",
  })
  namespace?: string | null;

  @Field(() => Boolean, { nullable: true, description: "Create unknown people instead of excluding them. Default false." })
  createProfiles?: boolean | null;

  @Field(() => DateTime, { nullable: true, description: "Triggers before it are refused." })
  startAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: "Triggers from it on are refused; the campaign is then COMPLETED." })
  endAt?: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Instead of startAt: what the clock shows in timeZone, such as 2026-10-25T02:30. A time that comes twice is the first of the two; one that is skipped lies as much later as was skipped.",
  })
  startAtLocal?: string | null;

  @Field(() => String, { nullable: true, description: "Instead of endAt, in the same way." })
  endAtLocal?: string | null;

  @Field(() => Int, { nullable: true, description: "1 to 2,000 messages a second; null is unthrottled." })
  deliveryRate?: number | null;

  @Field(() => String, {
    nullable: true,
    description: "IANA name, default UTC: the zone of startAtLocal and endAtLocal. A change of it moves no instant.",
  })
  timeZone?: string | null;

  @Field(() => Boolean, { nullable: true, description: "Complete three days after activation. Default false." })
  oneShot?: boolean | null;

  @Field(() => Json, {
    nullable: true,
    description:
      "JSON Schema of the context, at most 64 kB, without pattern, uniqueItems and references to elsewhere. A recipient whose context does not fit is excluded with MISSING_CONTEXT; content may use the variables it names only.",
  })
  contextSchema?: Record<string, unknown> | null;

  @Field(() => Boolean, { nullable: true, description: "TRANSACTIONAL only: no profile look-up, context only. Default false." })
  highThroughput?: boolean | null;

  @Field(() => onUncertainChoices, { nullable: true, description: "Default RESEND for TRANSACTIONAL, HOLD for MARKETING." })
  onUncertain?: OnUncertain | null;

  @Field(() => missingContextChoices, { nullable: true, description: "Default EXCLUDE." })
  missingContext?: MissingContext | null;

  @Field(() => CampaignContentInput, { nullable: true, description: "What it says." })
  content?: CampaignContentInput | null;
}

@InputType("CreateCampaignInput", { description: "A campaign to make, as a DRAFT." })
export class CreateCampaignInputType extends CampaignSettingsInput {
  @Field(() => String, { description: "1 to 200 characters." })
  title!: string;

  @Field(() => categories, { description: "Cannot change later." })
  category!: Category;

  @Field(() => channels, { description: "Cannot change later." })
  channel!: Channel;

  @Field(() => ID, { description: "Provider and sender." })
  channelConfigurationId!: string;
}

@InputType("UpdateCampaignInput", {
  description:
    "What to change; absent fields stay. Null empties description, startAt, endAt, contextSchema, content and deliveryRate. Content and settings of a running campaign go into a draft version.",
})
export class UpdateCampaignInputType extends CampaignSettingsInput {
  @Field(() => Int, { description: "The revision that was read; a stale one fails with VERSION_CONFLICT." })
  expectedRevision!: number;

  @Field(() => String, { nullable: true, description: "1 to 200 characters." })
  title?: string | null;

  @Field(() => ID, { nullable: true, description: "Provider and sender." })
  channelConfigurationId?: string | null;
}
