import { Field, ID, InputType } from "type-graphql";
import { type Role, roles } from "../../../access/index.ts";
import { DateTime } from "../shared/scalars.ts";

@InputType()
abstract class KeyLimitsInput {
  @Field(() => [String], {
    nullable: true,
    description:
      'Permissions of the role that it is narrowed to, each with those that its answers show: ["campaigns:read", "configurations:read"]. What is missing is named by the refusal. Null for all of the role.',
  })
  scopes?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: "1 to 1,000 campaigns: every other one does not exist for this key. Null for no such limit.",
  })
  campaignIds?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      "Up to 50: it sees campaigns without a label and those with one of these; an empty list leaves those without. Null for no such limit.",
  })
  labels?: string[] | null;

  @Field(() => DateTime, { nullable: true, description: "In the future; null for never." })
  expiresAt?: Date | null;
}

@InputType("CreateApiKeyInput", { description: "A key to make." })
export class CreateApiKeyInputType extends KeyLimitsInput {
  @Field(() => String, { description: "What it is for, 1 to 200 characters." })
  name!: string;

  @Field(() => roles, { description: "What it may do." })
  role!: Role;
}

@InputType("UpdateApiKeyInput", {
  description: "What to change; absent fields stay. Null lifts a limit and takes expiresAt away.",
})
export class UpdateApiKeyInputType extends KeyLimitsInput {
  @Field(() => String, { nullable: true, description: "What it is for, 1 to 200 characters." })
  name?: string | null;

  @Field(() => roles, { nullable: true, description: "What it may do." })
  role?: Role | null;
}
