import { Field, ID, Int, ObjectType } from "type-graphql";
import { type ApprovalComment, type ApprovalRequest, type ApprovalStatus, approvalStatuses } from "../../../approvals/index.ts";
import { CampaignType, CampaignVersionType } from "../campaigns/campaign.type.ts";
import { connectionOf } from "../shared/connection.ts";
import { DateTime } from "../shared/scalars.ts";

@ObjectType("ApprovalComment", { description: "One entry of the thread of an approval request." })
export class ApprovalCommentType implements Pick<ApprovalComment, "id" | "authorId" | "authorName" | "body" | "at"> {
  @Field(() => ID, { description: "UUIDv7." })
  id!: string;

  @Field(() => ID, { description: "The key that wrote it." })
  authorId!: string;

  @Field(() => String, { description: "That key's name." })
  authorName!: string;

  @Field(() => String, { description: "1 to 5,000 characters." })
  body!: string;

  @Field(() => DateTime, { description: "When." })
  at!: Date;
}

type Stored = Pick<
  ApprovalRequest,
  | "id"
  | "status"
  | "versionNumber"
  | "policyId"
  | "policyName"
  | "approverIds"
  | "approverRoles"
  | "requesterId"
  | "requesterName"
  | "message"
  | "deciderId"
  | "deciderName"
  | "decisionMessage"
  | "requestedAt"
  | "decidedAt"
  | "updatedAt"
>;

@ObjectType("ApprovalRequest", {
  description: "Somebody asks that a draft may go live. It keeps what its policy said when it was made.",
})
export class ApprovalRequestType implements Stored {
  @Field(() => ID, { description: "UUIDv7." })
  id!: string;

  @Field(() => CampaignType, { description: "Whose draft it is, as it is now." })
  campaign!: CampaignType;

  @Field(() => CampaignVersionType, { description: "The version to approve. While the request is open, nobody can change it." })
  version!: CampaignVersionType;

  @Field(() => Int, { description: "Number of that version." })
  versionNumber!: number;

  @Field(() => approvalStatuses, { description: "OPEN until somebody decides." })
  status!: ApprovalStatus;

  @Field(() => ID, {
    nullable: true,
    description: "The policy, which may have been deleted since. Null: none asked for it, so it was approved at once.",
  })
  policyId!: string | null;

  @Field(() => String, { nullable: true, description: "Its name then." })
  policyName!: string | null;

  @Field(() => [ID], { description: "Keys that may approve." })
  approverIds!: string[];

  @Field(() => [String], { description: "Roles that may approve." })
  approverRoles!: ApprovalRequest["approverRoles"];

  @Field(() => Boolean, { description: "Whether it waits for you: it is open, and this key may approve it." })
  canApprove!: boolean;

  @Field(() => ID, { description: "The key that asked." })
  requesterId!: string;

  @Field(() => String, { description: "That key's name." })
  requesterName!: string;

  @Field(() => String, { nullable: true, description: "What the requester said." })
  message!: string | null;

  @Field(() => ID, { nullable: true, description: "The key that decided; `system` where Envoi did." })
  deciderId!: string | null;

  @Field(() => String, { nullable: true, description: "That key's name." })
  deciderName!: string | null;

  @Field(() => String, { nullable: true, description: "What the decider said." })
  decisionMessage!: string | null;

  @Field(() => [ApprovalCommentType], { description: "The thread, oldest first; at most 500." })
  comments!: ApprovalCommentType[];

  @Field(() => DateTime, { description: "When it was made." })
  requestedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: "When it was decided." })
  decidedAt!: Date | null;

  @Field(() => DateTime, { description: "Of the last step or comment." })
  updatedAt!: Date;
}

export const ApprovalRequestConnection = connectionOf("ApprovalRequest", () => ApprovalRequestType);
