import { requirePermission } from "../access/index.ts";
import {
  decodeIdCursor,
  invalid,
  isId,
  isStorableText,
  memoise,
  notFound,
  type Page,
  type PageInput,
  pageSize,
  toPage,
} from "../base/index.ts";
import { isCampaignVisible } from "../campaigns/index.ts";
import { type Context, run } from "../storage/index.ts";
import { type Execution, ExecutionSchema } from "./execution.entity.ts";
import { countExecutions, selectExecutionPages } from "./sql/select-executions.ts";

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

async function findByKey(ctx: Context, key: ExecutionKey): Promise<Execution | null> {
  if (key.id) return isId(key.id) ? ctx.em.findOne(ExecutionSchema, { id: key.id }) : null;
  if (!key.campaignId || !key.requestId)
    throw invalid("INPUT_INVALID", "Give the execution's id, or both campaignId and requestId.");
  return isId(key.campaignId) && isStorableText(key.requestId)
    ? ctx.em.findOne(ExecutionSchema, { campaignId: key.campaignId, requestId: key.requestId })
    : null;
}

/** An execution whose campaign the caller sees. */
export async function getExecution(ctx: Pick<Context, "em" | "actor">, id: string): Promise<Execution> {
  const execution = isId(id) ? await ctx.em.findOne(ExecutionSchema, { id }) : null;
  if (!execution || !(await isCampaignVisible(ctx, execution.campaignId)))
    throw notFound("EXECUTION_NOT_FOUND", `There is no execution ${id}.`, { id });
  return execution;
}

export type ExecutionsAsked = { readonly campaignId: string; readonly page: PageInput };

/** Executions of campaigns, newest first: a page each, in one statement for all that are asked together. */
export async function findExecutionPages(ctx: Context, asked: readonly ExecutionsAsked[]): Promise<Page<Execution>[]> {
  requirePermission(ctx, "campaigns:read");
  const pages = asked.map(({ campaignId, page }) => ({ campaignId, size: pageSize(page), after: decodeIdCursor(page.after) }));
  const found = await run(ctx, selectExecutionPages(pages));
  const rows = new Map(
    (
      await findExecutions(
        ctx,
        found.map((row) => row.id),
      )
    ).map((execution) => [execution.id, execution]),
  );
  const counts = memoise(() => run(ctx, countExecutions(asked.map(({ campaignId }) => campaignId))));
  return pages.map(({ campaignId, size }, position) => {
    const own = found.filter((row) => row.position === position).flatMap(({ id }) => rows.get(id) ?? []);
    const count = async () => (await counts()).find((row) => row.campaignId === campaignId)?.count ?? 0;
    return toPage(own, size, (execution) => execution.id, count);
  });
}

async function findExecutions(ctx: Pick<Context, "em">, ids: readonly string[]): Promise<Execution[]> {
  return ctx.em.find(ExecutionSchema, { id: { $in: [...ids] } });
}
