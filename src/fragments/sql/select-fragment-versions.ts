import { type RawBuilder, sql } from "kysely";

export type VersionsPage = { readonly fragmentId: string; readonly size: number; readonly after: string | null };

/** One row more than a page holds, so that the reader knows whether more follows. */
export function selectFragmentVersionPages(pages: readonly VersionsPage[]): RawBuilder<{ position: number; id: string }> {
  return sql`
    select (asked.position - 1)::int as position, version.id
    from unnest(${pages.map((page) => page.fragmentId)}::uuid[], ${pages.map((page) => page.size)}::int[], ${pages.map((page) => page.after)}::uuid[])
      with ordinality as asked (fragment_id, size, after, position)
    cross join lateral (
      select id from fragment_version
      where fragment_id = asked.fragment_id and (asked.after is null or id < asked.after)
      order by id desc limit asked.size + 1
    ) version
    order by asked.position, version.id desc`;
}

export function countFragmentVersions(fragmentIds: readonly string[]): RawBuilder<{ fragmentId: string; count: number }> {
  return sql`
    select fragment_id as "fragmentId", count(*)::int as count from fragment_version
    where fragment_id = any(${fragmentIds}::uuid[]) group by fragment_id`;
}
