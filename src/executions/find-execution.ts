import { requirePermission } from "../access/index.ts";
import { invalid, isId, isStorableText, notFound, type Page, type PageInput } from "../base/index.ts";
import { isCampaignVisible } from "../campaigns/index.ts";
import { type Context, findChildPages } from "../storage/index.ts";
import { type Execution, ExecutionSchema } from "./execution.entity.ts";

export type ExecutionKey = {
  readonly id?: string | null;
  readonly campaignId?: string | null;
  readonly requestId?: string | null;
};

/** By its id, or by its campaign and requestId. Null when there is none. */
export async function findExecution(ctx: Context, key: ExecutionKey): Promise<Execution | null> {
  requirePermission(ctx, "campaigns:read");
  const execution = await findByKey(ctx, key);
  return execution && (await isCampaignVisible(ctx, execution.campaignId)) ? execution : null;
}

/** For loaders, of campaigns that the caller sees. */
export async function findExecutions(ctx: Context, ids: readonly string[]): Promise<Execution[]> {
  requirePermission(ctx, "campaigns:read");
  return findExecutionsOf(ctx, ids);
}

async function findByKey(ctx: Context, key: ExecutionKey): Promise<Execution | null> {
  if (key.id) return isId(key.id) ? ctx.em.findOne(ExecutionSchema, { id: key.id }) : null;
  if (!key.campaignId || !key.requestId)
    throw invalid("INPUT_INVALID", "Give the execution's id, or both campaignId and requestId.");
  return isId(key.campaignId) && isStorableText(key.requestId)
    ? ctx.em.findOne(ExecutionSchema, { campaignId: key.campaignId, requestId: key.requestId })
    : null;
}

/** For streams, which look at reach themselves: those that there are, in no order. */
export function findExecutionsOf(ctx: Pick<Context, "em">, ids: readonly string[]): Promise<Execution[]> {
  return ctx.em.find(ExecutionSchema, { id: { $in: [...ids] } });
}

/** An execution whose campaign the caller sees. */
export async function getExecution(ctx: Pick<Context, "em" | "actor">, id: string): Promise<Execution> {
  const execution = isId(id) ? await ctx.em.findOne(ExecutionSchema, { id }) : null;
  if (!execution || !(await isCampaignVisible(ctx, execution.campaignId)))
    throw notFound("EXECUTION_NOT_FOUND", `There is no execution ${id}.`, { id });
  return execution;
}

const executionsOfCampaigns = { table: "execution", parent: "campaign_id", order: "id" } as const;

export type ExecutionsAsked = { readonly campaignId: string; readonly page: PageInput };

/** Executions of campaigns, newest first: a page each, in one statement for all that are asked together. */
export async function findExecutionPages(ctx: Context, asked: readonly ExecutionsAsked[]): Promise<Page<Execution>[]> {
  requirePermission(ctx, "campaigns:read");
  const children = asked.map(({ campaignId, page }) => ({ parentId: campaignId, page }));
  return findChildPages(ctx, executionsOfCampaigns, children, (ids) => ctx.em.find(ExecutionSchema, { id: { $in: [...ids] } }));
}
