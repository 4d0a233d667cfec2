import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { type Role, roles } from "../../../access/index.ts";
import type { ApprovalPolicy } from "../../../approvals/index.ts";
import { type Category, type Channel, categories, channels } from "../../../base/index.ts";
import { connectionOf } from "../shared/connection.ts";
import { DateTime } from "../shared/scalars.ts";

@ObjectType("ApprovalPolicy", {
  description:
    "Which campaigns have to be approved before they go live, and by whom. Every condition that is given has to hold; of a list, one entry is enough. Of several policies that match, the one activated last counts.",
})
export class ApprovalPolicyType implements ApprovalPolicy {
  @Field(() => ID, { description: "UUIDv7." })
  id!: string;

  @Field(() => String, { description: "Unique." })
  name!: string;

  @Field(() => String, { nullable: true, description: "For colleagues." })
  description!: string | null;

  @Field(() => Int, { description: "Rises with every change; SaveApprovalPolicyInput takes it as expectedRevision." })
  revision!: number;

  @Field(() => [categories], { description: "Condition: one of these. Empty: any." })
  categories!: Category[];

  @Field(() => [channels], { description: "Condition: one of these. Empty: any." })
  channels!: Channel[];

  @Field(() => [String], { description: "Condition: at least one of these tags, in any case. Empty: any." })
  tags!: string[];

  @Field(() => String, { nullable: true, description: "Condition: part of the title, in any case. Null: any." })
  titleContains!: string | null;

  @Field(() => [ID], {
    description: "Condition, together with requesterRoles: whoever asks is one of these keys. Both empty: anyone.",
  })
  requesterIds!: string[];

  @Field(() => [roles], { description: "Condition, together with requesterIds: whoever asks has one of these roles." })
  requesterRoles!: Role[];

  @Field(() => [ID], { description: "Keys that may approve. Each needs the permission to publish as well." })
  approverIds!: string[];

  @Field(() => [roles], { description: "Roles that may approve." })
  approverRoles!: Role[];

  @Field(() => Boolean, { description: "Whether whoever asked may not be the one who approves." })
  blockSelfApproval!: boolean;

  @Field(() => DateTime, { nullable: true, description: "Since when it is in force. Null: it is not." })
  activatedAt!: Date | null;

  @Field(() => DateTime, { description: "When it was made." })
  createdAt!: Date;

  @Field(() => DateTime, { description: "When it changed last." })
  updatedAt!: Date;
}

export const ApprovalPolicyConnection = connectionOf("ApprovalPolicy", () => ApprovalPolicyType);

@InputType("SaveApprovalPolicyInput", {
  description:
    "A policy: a new one, or with an id what to change of one that is not in force: what is absent stays as it is, null or an empty list asks for nothing.",
})
export class SaveApprovalPolicyInputType {
  @Field(() => ID, { nullable: true, description: "Of the policy to change; absent for a new one." })
  id?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: "Needed with an id: the revision that was read; a stale one fails with VERSION_CONFLICT.",
  })
  expectedRevision?: number | null;

  @Field(() => String, { nullable: true, description: "1 to 200 characters, unique. Needed for a new one." })
  name?: string | null;

  @Field(() => String, { nullable: true, description: "Up to 5,000 characters." })
  description?: string | null;

  @Field(() => [categories], { nullable: true, description: "Condition: one of these." })
  categories?: Category[] | null;

  @Field(() => [channels], { nullable: true, description: "Condition: one of these." })
  channels?: Channel[] | null;

  @Field(() => [String], { nullable: true, description: "Condition: at least one of these tags, in any case." })
  tags?: string[] | null;

  @Field(() => String, { nullable: true, description: "Condition: part of the title, in any case." })
  titleContains?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description: "Condition: whoever asks is one of these keys, or has one of requesterRoles.",
  })
  requesterIds?: string[] | null;

  @Field(() => [roles], {
    nullable: true,
    description: "Condition: whoever asks has one of these roles, or is one of requesterIds.",
  })
  requesterRoles?: Role[] | null;

  @Field(() => [ID], { nullable: true, description: "Keys that may approve; together with approverRoles at least one entry." })
  approverIds?: string[] | null;

  @Field(() => [roles], { nullable: true, description: "Roles that may approve." })
  approverRoles?: Role[] | null;

  @Field(() => Boolean, { nullable: true, description: "Whether whoever asked may not be the one who approves. Default true." })
  blockSelfApproval?: boolean | null;
}
