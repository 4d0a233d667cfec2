import { Field, Int, ObjectType } from "type-graphql";
import type { Issue } from "../../../base/index.ts";
import { pushPayloadBytes, type RenderedMessage, smsSegments } from "../../../content/index.ts";
import { IssueType } from "../shared/issue.type.ts";
import { Json } from "../shared/scalars.ts";

@ObjectType("RenderedContent", { description: "What one recipient would get. The fields of other channels are null." })
export class RenderedContentType {
  @Field(() => String, { nullable: true, description: "EMAIL." })
  subject!: string | null;

  @Field(() => String, { nullable: true, description: "EMAIL: what mail programs show beside the subject." })
  preheader!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "EMAIL: the author's markup, or what its MJML stands for, with values filled in.",
  })
  html!: string | null;

  @Field(() => String, { nullable: true, description: "EMAIL: the text part, the author's or the one made of the html." })
  text!: string | null;

  @Field(() => String, { nullable: true, description: "SMS and PUSH: the text." })
  body!: string | null;

  @Field(() => String, { nullable: true, description: "PUSH." })
  title!: string | null;

  @Field(() => String, { nullable: true, description: "PUSH: shown with the text. Null when it prints nothing." })
  imageUrl!: string | null;

  @Field(() => String, { nullable: true, description: "PUSH: where a tap leads. Null when it prints nothing." })
  deepLink!: string | null;

  @Field(() => Json, { nullable: true, description: "PUSH: for the app." })
  data!: unknown;

  @Field(() => Int, { nullable: true, description: "SMS: the segments that it is sent and billed as." })
  segments!: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      "SMS: GSM-7 (160 characters, or 153 in each of several segments) or UCS-2 (70, or 67); one character outside GSM-7 makes it UCS-2.",
  })
  encoding!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: "PUSH: bytes of title, body, imageUrl, deepLink and data as JSON; 4,096 are allowed.",
  })
  payloadBytes!: number | null;

  @Field(() => [IssueType], {
    description:
      "Why nothing could be rendered, as ERROR: faults of the content, MISSING_CONTEXT, RENDER_ERROR. Else what the review warns about.",
  })
  issues!: IssueType[];
}

export function toRendered(message: RenderedMessage | null, issues: readonly Issue[]) {
  return { ...message, ...(message && measure(message)), issues };
}

function measure(message: RenderedMessage): Partial<Pick<RenderedContentType, "encoding" | "payloadBytes">> {
  switch (message.channel) {
    case "SMS":
      return { encoding: smsSegments(message.body).encoding };
    case "PUSH":
      return { payloadBytes: pushPayloadBytes(message) };
    case "EMAIL":
      return {};
  }
}
