import { Field, InputType, ObjectType } from "type-graphql";
import { ContentFragmentType } from "../fragments/fragment.type.ts";
import { Json } from "../shared/scalars.ts";

@ObjectType("EmailContent", { description: "What an email says, in the personalisation language." })
export class EmailContentType {
  @Field(() => String, { description: "One line." })
  subject!: string;

  @Field(() => String, { nullable: true, description: "What mail programs show beside the subject." })
  preheader!: string | null;

  @Field(() => String, { description: "As the author wrote it. Printed values are escaped." })
  html!: string;

  @Field(() => String, { nullable: true, description: "Of html in MJML: the html that is sent. Null for any other." })
  compiledHtml?: string | null;

  @Field(() => String, { nullable: true, description: "For readers without HTML. Without it, a text part is made of the html." })
  text!: string | null;
}

@ObjectType("SmsContent", { description: "What an SMS says." })
export class SmsContentType {
  @Field(() => String, { description: "Up to 1,500 characters." })
  body!: string;
}

@ObjectType("PushContent", { description: "What a push message says." })
export class PushContentType {
  @Field(() => String, { description: "One line." })
  title!: string;

  @Field(() => String, { description: "The text." })
  body!: string;

  @Field(() => String, { nullable: true, description: "Shown with the text." })
  imageUrl!: string | null;

  @Field(() => String, { nullable: true, description: "Where a tap leads." })
  deepLink!: string | null;

  @Field(() => Json, { nullable: true, description: "For the app; texts inside are templates." })
  data!: unknown;
}

@ObjectType("CampaignContent", { description: "The part of the campaign's channel is filled." })
export class CampaignContentType {
  @Field(() => EmailContentType, { nullable: true, description: "For EMAIL." })
  email!: EmailContentType | null;

  @Field(() => SmsContentType, { nullable: true, description: "For SMS." })
  sms!: SmsContentType | null;

  @Field(() => PushContentType, { nullable: true, description: "For PUSH." })
  push!: PushContentType | null;

  @Field(() => [ContentFragmentType], {
    description: "The fragments that it went live with. Empty for a draft, which uses their latest versions.",
  })
  fragments?: ContentFragmentType[];
}

@InputType({ description: "What an email says, in the personalisation language." })
export class EmailContentInput {
  @Field(() => String, { description: "One line." })
  subject!: string;

  @Field(() => String, { nullable: true, description: "What mail programs show beside the subject." })
  preheader?: string | null;

  @Field(() => String, {
    description: "HTML, or an MJML document, which is compiled when it is saved. Printed values are escaped.",
  })
  html!: string;

  @Field(() => String, { nullable: true, description: "For readers without HTML. Without it, a text part is made of the html." })
  text?: string | null;
}

@InputType({ description: "What an SMS says." })
export class SmsContentInput {
  @Field(() => String, { description: "Up to 1,500 characters." })
  body!: string;
}

@InputType({ description: "What a push message says." })
export class PushContentInput {
  @Field(() => String, { description: "One line." })
  title!: string;

  @Field(() => String, { description: "The text." })
  body!: string;

  @Field(() => String, { nullable: true, description: "Shown with the text." })
  imageUrl?: string | null;

  @Field(() => String, { nullable: true, description: "Where a tap leads." })
  deepLink?: string | null;

  @Field(() => Json, { nullable: true, description: "For the app; texts inside are templates." })
  data?: unknown;
}

@InputType({ description: "Fill the part of the campaign's channel. Faulty content can be saved; the review says what to mend." })
export class CampaignContentInput {
  @Field(() => EmailContentInput, { nullable: true, description: "For EMAIL." })
  email?: EmailContentInput | null;

  @Field(() => SmsContentInput, { nullable: true, description: "For SMS." })
  sms?: SmsContentInput | null;

  @Field(() => PushContentInput, { nullable: true, description: "For PUSH." })
  push?: PushContentInput | null;
}
