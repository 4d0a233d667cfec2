import { Field, Int, ObjectType } from "type-graphql";
import { type Issue, type Severity, severities } from "../../../base/index.ts";
import type { Review } from "../../../campaigns/index.ts";
import { Json } from "./scalars.ts";

@ObjectType("Issue", { description: "A finding about content or settings." })
export class IssueType implements Pick<Issue, "severity" | "code" | "message"> {
  @Field(() => severities, { description: "ERROR blocks activation, WARNING does not." })
  severity!: Severity;

  @Field(() => String, { description: "Stable, for programs." })
  code!: string;

  @Field(() => String, { nullable: true, description: "The field meant, such as content.email.subject." })
  path?: string;

  @Field(() => String, { description: "What is wrong and what to do, for people." })
  message!: string;

  @Field(() => Int, { nullable: true, description: "Line within the text at `path`, from 1." })
  line?: number;

  @Field(() => Int, { nullable: true, description: "Column within the line, from 1." })
  column?: number;

  @Field(() => String, {
    nullable: true,
    description: "The fragment in whose text the line is. Null: in the text at `path` itself.",
  })
  fragment?: string;
}

@ObjectType("Review", { description: "Everything found in a campaign's settings and content." })
export class ReviewType implements Pick<Review, "canActivate"> {
  @Field(() => [IssueType], { description: "Errors and warnings." })
  issues!: IssueType[];

  @Field(() => Boolean, { description: "Whether no issue is an ERROR." })
  canActivate!: boolean;

  @Field(() => [String], { description: "Every profile and context variable that the content uses, such as profile.firstName." })
  variables!: string[];

  @Field(() => Json, {
    description:
      "What previewContent, sendProof and executeCampaign may be given to fill every variable: `{profile: {...}, context: {...}}`, with lists, numbers and date-times where the content or contextSchema asks for them.",
  })
  sampleData!: unknown;
}
