import { decodeIdCursor, memoise, type Page, type PageInput, pageSize, toPage } from "../base/index.ts";
import type { Context } from "./context.ts";
import { type ChildList, countChildren, selectChildPages } from "./sql/select-child-pages.ts";
import { run } from "./transaction.ts";

export type ChildrenAsked = { readonly parentId: string; readonly page: PageInput };

/** A page for each that is asked, in one statement for all, and one more for all totals when one of them is wanted. */
export async function findChildPages<Row extends { readonly id: string }>(
  ctx: Pick<Context, "em">,
  list: ChildList,
  asked: readonly ChildrenAsked[],
  find: (ids: readonly string[]) => Promise<readonly Row[]>,
): Promise<Page<Row>[]> {
  const pages = asked.map(({ parentId, page }) => ({ parentId, size: pageSize(page), after: decodeIdCursor(page.after) }));
  const found = await run(ctx, selectChildPages(list, pages));
  const rows = new Map((await find(found.map((row) => row.id))).map((row) => [row.id, row]));
  const parentIds = asked.map(({ parentId }) => parentId);
  const counts = memoise(() => run(ctx, countChildren(list, parentIds)));
  return pages.map(({ parentId, size }, position) => {
    const own = found.filter((row) => row.position === position).flatMap(({ id }) => rows.get(id) ?? []);
    const count = async () => (await counts()).find((row) => row.parentId === parentId)?.count ?? 0;
    return toPage(own, size, (row) => row.id, count);
  });
}
