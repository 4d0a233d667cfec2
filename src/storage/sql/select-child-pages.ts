import { type RawBuilder, sql } from "kysely";

/** Rows that belong to a parent each, listed newest first. */
export type ChildList = {
  readonly table: string;
  /** Its column with the parent's id. */
  readonly parent: string;
  /** Rises with every row of a parent. */
  readonly order: "id" | "number";
};

export type ChildPage = { readonly parentId: string; readonly size: number; readonly after: string | null };

/** Pages of several parents at once, each with one row more than it holds, so that the reader knows whether more follows. */
export function selectChildPages(list: ChildList, pages: readonly ChildPage[]): RawBuilder<{ position: number; id: string }> {
  const [table, parent, order] = [sql.table(list.table), sql.ref(list.parent), sql.ref(list.order)];
  const last = list.order === "id" ? sql`asked.after` : sql`(select ${order} from ${table} where id = asked.after)`;
  return sql`
    select (asked.position - 1)::int as position, child.id
    from unnest(${pages.map((page) => page.parentId)}::uuid[], ${pages.map((page) => page.size)}::int[], ${pages.map((page) => page.after)}::uuid[])
      with ordinality as asked (wanted, size, after, position)
    cross join lateral (
      select id, ${order} as place from ${table}
      where ${parent} = asked.wanted and (asked.after is null or ${order} < ${last})
      order by ${order} desc limit asked.size + 1
    ) child
    order by asked.position, child.place desc`;
}

export function countChildren(list: ChildList, parentIds: readonly string[]): RawBuilder<{ parentId: string; count: number }> {
  const parent = sql.ref(list.parent);
  return sql`
    select ${parent} as "parentId", count(*) as count from ${sql.table(list.table)}
    where ${parent} = any(${parentIds}::uuid[]) group by ${parent}`;
}
