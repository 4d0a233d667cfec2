import { LockMode } from "@mikro-orm/postgresql";
import { createId, invalid, isId, notFound } from "../base/index.ts";
import { isCampaignVisible } from "../campaigns/index.ts";
import { type Context, databaseNow, inTransaction } from "../storage/index.ts";
import {
  type ApprovalComment,
  ApprovalCommentSchema,
  type ApprovalRequest,
  ApprovalRequestSchema,
} from "./approval-request.entity.ts";
import { requirePart } from "./approver.ts";
import { parseNeededMessage } from "./message.ts";
import { recordStep } from "./record-step.ts";

/** So many that the whole thread can be read at once. */
const commentsMax = 500;

export type CommentInput = { readonly approvalRequestId: string; readonly body: string };

/** Adds to the thread of a request, also of one that is decided. Answers the request. */
export async function commentOnApproval(ctx: Context, input: CommentInput): Promise<ApprovalRequest> {
  requirePart(ctx);
  const body = parseNeededMessage(input.body);
  return inTransaction(ctx, async (tx) => {
    const request = await lockRequest(tx, input.approvalRequestId);
    const count = await tx.em.count(ApprovalCommentSchema, { requestId: request.id });
    if (count >= commentsMax) throw invalid("INPUT_INVALID", `A request has at most ${commentsMax} comments.`, { field: "body" });
    const now = await databaseNow(tx);
    const comment = tx.em.create(ApprovalCommentSchema, {
      ...{ id: createId(), requestId: request.id, authorId: tx.actor.id, authorName: tx.actor.name, body, at: now },
    });
    request.updatedAt = now;
    await tx.em.persist(comment).flush();
    await recordStep(tx, request, "approval.commented");
    return request;
  });
}

async function lockRequest(ctx: Context, id: string): Promise<ApprovalRequest> {
  const options = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
  const request = isId(id) ? await ctx.em.findOne(ApprovalRequestSchema, { id }, options) : null;
  if (!request || !(await isCampaignVisible(ctx, request.campaignId)))
    throw notFound("APPROVAL_REQUEST_NOT_FOUND", `There is no approval request ${id}.`, { id });
  return request;
}

/** Threads of many requests, oldest comment first. For loaders. */
export async function findApprovalComments(ctx: Context, requestIds: readonly string[]): Promise<ApprovalComment[]> {
  return ctx.em.find(ApprovalCommentSchema, { requestId: { $in: [...requestIds] } }, { orderBy: { id: "asc" } });
}
