import { defineEntity, type InferEntity, p } from "@mikro-orm/postgresql";
import type { Role } from "../access/index.ts";

/** OPEN until somebody decides; then it stays as it is. */
export const approvalStatuses = {
  OPEN: "OPEN",
  APPROVED: "APPROVED",
  CHANGES_REQUESTED: "CHANGES_REQUESTED",
  CANCELLED: "CANCELLED",
} as const;
export type ApprovalStatus = keyof typeof approvalStatuses;

/** Holds what its policy said when it was made: whoever was told to approve it can, whatever becomes of the policy. */
export const ApprovalRequestSchema = defineEntity({
  name: "ApprovalRequest",
  tableName: "approval_request",
  properties: {
    id: p.uuid().primary(),
    campaignId: p.uuid(),
    versionId: p.uuid(),
    versionNumber: p.integer(),
    status: p.text().$type<ApprovalStatus>(),
    /** Null when no policy asked for it: approved at once. */
    policyId: p.uuid().strictNullable(),
    policyName: p.text().strictNullable(),
    approverIds: p.array().columnType("text[]"),
    approverRoles: p.array().columnType("text[]").$type<Role[]>(),
    blockSelfApproval: p.boolean(),
    requesterId: p.text(),
    requesterName: p.text(),
    message: p.text().strictNullable(),
    deciderId: p.text().strictNullable(),
    deciderName: p.text().strictNullable(),
    decisionMessage: p.text().strictNullable(),
    requestedAt: p.datetime(3),
    decidedAt: p.datetime(3).strictNullable(),
    updatedAt: p.datetime(3),
  },
});

export type ApprovalRequest = InferEntity<typeof ApprovalRequestSchema>;

export const ApprovalCommentSchema = defineEntity({
  name: "ApprovalComment",
  tableName: "approval_comment",
  properties: {
    id: p.uuid().primary(),
    requestId: p.uuid(),
    authorId: p.text(),
    authorName: p.text(),
    body: p.text(),
    at: p.datetime(3),
  },
});

export type ApprovalComment = InferEntity<typeof ApprovalCommentSchema>;
