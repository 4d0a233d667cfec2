import type { FilterQuery } from "@mikro-orm/postgresql";
import { requirePermission } from "../access/index.ts";
import { decodeIdCursor, isId, type Page, type PageInput, pageSize, toPage } from "../base/index.ts";
import { isCampaignVisible } from "../campaigns/index.ts";
import { type Context, run } from "../storage/index.ts";
import { type ApprovalRequest, ApprovalRequestSchema, type ApprovalStatus } from "./approval-request.entity.ts";
import { isApprover, isSelfApproval } from "./approver.ts";
import { selectCampaignsWithRequests } from "./sql/select-campaigns-with-requests.ts";

export type RequestFilter = PageInput & {
  readonly status?: readonly ApprovalStatus[] | null;
  readonly campaignId?: string | null;
  /** Only those that wait for this actor: open, and it may approve them. */
  readonly mine?: boolean | null;
};

/** Requests, newest first. */
export async function listApprovalRequests(ctx: Context, filter: RequestFilter): Promise<Page<ApprovalRequest>> {
  requirePermission(ctx, "campaigns:read");
  const size = pageSize(filter);
  const after = decodeIdCursor(filter.after);
  const where = { $and: [whereOf(ctx, filter), await whereVisible(ctx)] };
  const page = after ? { $and: [where, { id: { $lt: after } }] } : where;
  const rows = await ctx.em.find(ApprovalRequestSchema, page, { orderBy: { id: "desc" }, limit: size + 1 });
  return toPage(
    rows,
    size,
    (request) => request.id,
    () => ctx.em.count(ApprovalRequestSchema, where),
  );
}

/** Requests of campaigns within the caller's reach. Asks the database only for callers who have limits. */
async function whereVisible(ctx: Pick<Context, "em" | "actor">): Promise<FilterQuery<ApprovalRequest>> {
  if (ctx.actor.reach === null) return {};
  const visible = await run(ctx, selectCampaignsWithRequests(ctx.actor));
  return { campaignId: { $in: visible.map(({ id }) => id) } };
}

function whereOf({ actor }: Context, { status, campaignId, mine }: RequestFilter): FilterQuery<ApprovalRequest> {
  const wanted: FilterQuery<ApprovalRequest>[] = [];
  if (status?.length) wanted.push({ status: { $in: [...status] } });
  if (campaignId) wanted.push(isId(campaignId) ? { campaignId } : { id: { $in: [] } });
  if (mine) {
    const named = { $or: [{ approverIds: { $contains: [actor.id] } }, { approverRoles: { $overlap: [...actor.roles] } }] };
    const notOwn = { $or: [{ blockSelfApproval: false }, { requesterId: { $ne: actor.id } }] };
    wanted.push({ status: "OPEN" }, named, notOwn);
    if (!actor.permissions.has("campaigns:publish")) wanted.push({ id: { $in: [] } });
  }
  return { $and: wanted };
}

/** Whether the request waits for this actor: what `mine` asks for. Pure. */
export function canApprove(request: ApprovalRequest, actor: Context["actor"]): boolean {
  const isWaiting = request.status === "OPEN" && actor.permissions.has("campaigns:publish");
  return isWaiting && isApprover(request, actor) && !isSelfApproval(request, actor);
}

/** Null when there is no such request. */
export async function findApprovalRequest(ctx: Context, id: string): Promise<ApprovalRequest | null> {
  requirePermission(ctx, "campaigns:read");
  const request = isId(id) ? await ctx.em.findOne(ApprovalRequestSchema, { id }) : null;
  return request && (await isCampaignVisible(ctx, request.campaignId)) ? request : null;
}

/** For loaders. */
export async function findApprovalRequests(ctx: Pick<Context, "em">, ids: readonly string[]): Promise<ApprovalRequest[]> {
  return ctx.em.find(ApprovalRequestSchema, { id: { $in: [...ids] } });
}

export type ChangedInput = {
  readonly since: Date;
  readonly campaignId: string | null;
  readonly withOpen: boolean;
  /** The last one of the page before. */
  readonly last: ApprovalRequest | undefined;
  readonly limit: number;
};

/** Requests that the actor sees and that changed at or after `since`, and with `withOpen` every open one; oldest change first. */
export async function findChangedRequests(ctx: Pick<Context, "em" | "actor">, input: ChangedInput): Promise<ApprovalRequest[]> {
  const { last } = input;
  const changed = { updatedAt: { $gte: input.since } };
  const where: FilterQuery<ApprovalRequest> = {
    $and: [
      input.withOpen ? { $or: [{ status: "OPEN" }, changed] } : changed,
      input.campaignId ? { campaignId: input.campaignId } : {},
      last ? { $or: [{ updatedAt: { $gt: last.updatedAt } }, { updatedAt: last.updatedAt, id: { $gt: last.id } }] } : {},
      await whereVisible(ctx),
    ],
  };
  return ctx.em.find(ApprovalRequestSchema, where, { orderBy: { updatedAt: "asc", id: "asc" }, limit: input.limit });
}
