import { type RawBuilder, sql } from "kysely";

export type ExecutionPage = { readonly campaignId: string; readonly size: number; readonly after: string | null };

/** One row more than a page holds, so that the reader knows whether more follows. */
export function selectExecutionPages(pages: readonly ExecutionPage[]): RawBuilder<{ position: number; id: string }> {
  return sql`
    select (asked.position - 1)::int as position, execution.id
    from unnest(${pages.map((page) => page.campaignId)}::uuid[], ${pages.map((page) => page.size)}::int[], ${pages.map((page) => page.after)}::uuid[])
      with ordinality as asked (campaign_id, size, after, position)
    cross join lateral (
      select id from execution
      where campaign_id = asked.campaign_id and (asked.after is null or id < asked.after)
      order by id desc limit asked.size + 1
    ) execution
    order by asked.position, execution.id desc`;
}

export function countExecutions(campaignIds: readonly string[]): RawBuilder<{ campaignId: string; count: number }> {
  return sql`
    select campaign_id as "campaignId", count(*)::int as count from execution
    where campaign_id = any(${campaignIds}::uuid[]) group by campaign_id`;
}
