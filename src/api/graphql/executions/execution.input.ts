import { Field, ID, InputType } from "type-graphql";
import { type RecipientType, recipientTypes } from "../../../executions/index.ts";
import { DateTime, Json } from "../shared/scalars.ts";

@InputType({ description: "An address that replaces the profile's." })
export class ChannelDataInput {
  @Field(() => String, { nullable: true, description: "For EMAIL." })
  emailAddress?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "For SMS, with its country: +33612345678; without it, read with defaultCountry of the channel configuration.",
  })
  mobilePhoneNumber?: string | null;

  @Field(() => String, { nullable: true, description: "For PUSH." })
  pushToken?: string | null;
}

@InputType("RecipientInput", { description: "One person of a call." })
export class RecipientInputType {
  @Field(() => String, { description: "Who, once in a call. 1 to 512 characters." })
  userId!: string;

  @Field(() => String, { nullable: true, description: "The kind of identity that userId is. Default: the campaign's." })
  namespace?: string | null;

  @Field(() => recipientTypes, { nullable: true, description: "Default PROFILE. EXTERNAL is never looked up nor created." })
  type?: RecipientType | null;

  @Field(() => ChannelDataInput, { nullable: true, description: "An address that replaces the profile's." })
  channelData?: ChannelDataInput | null;

  @Field(() => Json, { nullable: true, description: "An object laid over the profile's attributes, for this message only." })
  profile?: unknown;

  @Field(() => Json, {
    nullable: true,
    description: "An object that templates read as context.…, at most 200 KB; the key `system` is reserved.",
  })
  context?: unknown;
}

@InputType("ExecuteCampaignInput", { description: "A call that triggers a campaign." })
export class ExecuteCampaignInputType {
  @Field(() => ID, { description: "Which campaign." })
  campaignId!: string;

  @Field(() => String, {
    description: "The caller's idempotency key, 1 to 255 characters: send the same again after a lost answer.",
  })
  requestId!: string;

  @Field(() => [RecipientInputType], { nullable: true, description: "1 to 50,000." })
  recipients?: RecipientInputType[] | null;

  @Field(() => ID, { nullable: true, description: "Reserved for audiences." })
  audienceId?: string | null;

  @Field(() => Json, { nullable: true, description: "Reserved for audiences: one context for all." })
  context?: unknown;

  @Field(() => DateTime, { nullable: true, description: "When sending begins, inside the campaign's window. Default: at once." })
  executeAt?: Date | null;
}
