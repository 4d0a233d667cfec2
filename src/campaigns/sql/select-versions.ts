import { type RawBuilder, sql } from "kysely";

export function selectLastNumber(campaignId: string): RawBuilder<{ number: number }> {
  return sql`select max(number) as number from campaign_version where campaign_id = ${campaignId}`;
}

export type VersionsPage = { readonly campaignId: string; readonly size: number; readonly after: string | null };

/** One row more than a page holds, so that the reader knows whether more follows. */
export function selectVersionPages(pages: readonly VersionsPage[]): RawBuilder<{ position: number; id: string }> {
  return sql`
    select (asked.position - 1)::int as position, version.id
    from unnest(${pages.map((page) => page.campaignId)}::uuid[], ${pages.map((page) => page.size)}::int[], ${pages.map((page) => page.after)}::uuid[])
      with ordinality as asked (campaign_id, size, after, position)
    cross join lateral (
      select id, number from campaign_version
      where campaign_id = asked.campaign_id
        and (asked.after is null or number < (select number from campaign_version where id = asked.after))
      order by number desc limit asked.size + 1
    ) version
    order by asked.position, version.number desc`;
}

export function countVersions(campaignIds: readonly string[]): RawBuilder<{ campaignId: string; count: number }> {
  return sql`
    select campaign_id as "campaignId", count(*)::int as count from campaign_version
    where campaign_id = any(${campaignIds}::uuid[]) group by campaign_id`;
}
