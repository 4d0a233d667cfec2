import type { FilterQuery } from "@mikro-orm/postgresql";
import { requirePermission } from "../access/index.ts";
import {
  type Channel,
  decodeIdCursor,
  invalid,
  isId,
  isStorableText,
  memoise,
  type Page,
  type PageInput,
  pageSize,
  toPage,
} from "../base/index.ts";
import { type Context, run } from "../storage/index.ts";
import { type Fragment, FragmentSchema, type FragmentVersion, FragmentVersionSchema } from "./fragment.entity.ts";
import { countFragmentVersions, selectFragmentVersionPages } from "./sql/select-fragment-versions.ts";

export type FragmentFilter = PageInput & {
  readonly channel?: Channel | null;
  /** Part of the name, in any case. */
  readonly search?: string | null;
};

/** Fragments, newest first. */
export async function listFragments(ctx: Context, filter: FragmentFilter): Promise<Page<Fragment>> {
  requirePermission(ctx, "campaigns:read");
  const size = pageSize(filter);
  if (!isStorableText(filter.search ?? "")) throw invalid("INPUT_INVALID", "search must not contain NUL characters.");
  const after = decodeIdCursor(filter.after);
  const where = whereOf(filter);
  const page = after ? { $and: [where, { id: { $lt: after } }] } : where;
  const rows = await ctx.em.find(FragmentSchema, page, { orderBy: { id: "desc" }, limit: size + 1 });
  return toPage(
    rows,
    size,
    (fragment) => fragment.id,
    () => ctx.em.count(FragmentSchema, where),
  );
}

function whereOf({ channel, search }: FragmentFilter): FilterQuery<Fragment> {
  return {
    ...(channel ? { channel } : {}),
    ...(search?.trim() ? { name: { $ilike: `%${search.trim().replace(/[\\%_]/g, "\\$&")}%` } } : {}),
  };
}

/** Null when there is no such fragment. */
export async function findFragment(ctx: Context, id: string): Promise<Fragment | null> {
  requirePermission(ctx, "campaigns:read");
  return isId(id) ? ctx.em.findOne(FragmentSchema, { id }) : null;
}

/** For loaders. */
export async function findFragmentVersions(ctx: Pick<Context, "em">, ids: readonly string[]): Promise<FragmentVersion[]> {
  return ctx.em.find(FragmentVersionSchema, { id: { $in: [...ids] } });
}

export type VersionsAsked = { readonly fragmentId: string; readonly page: PageInput };

/** Versions of fragments, newest first: a page each, in one statement for all that are asked together. */
export async function findFragmentVersionPages(ctx: Context, asked: readonly VersionsAsked[]): Promise<Page<FragmentVersion>[]> {
  requirePermission(ctx, "campaigns:read");
  const pages = asked.map(({ fragmentId, page }) => ({ fragmentId, size: pageSize(page), after: decodeIdCursor(page.after) }));
  const found = await run(ctx, selectFragmentVersionPages(pages));
  const versions = await findFragmentVersions(
    ctx,
    found.map((row) => row.id),
  );
  const rows = new Map(versions.map((version) => [version.id, version]));
  const counts = memoise(() => run(ctx, countFragmentVersions(asked.map(({ fragmentId }) => fragmentId))));
  return pages.map(({ fragmentId, size }, position) => {
    const own = found.filter((row) => row.position === position).flatMap(({ id }) => rows.get(id) ?? []);
    const count = async () => (await counts()).find((row) => row.fragmentId === fragmentId)?.count ?? 0;
    return toPage(own, size, (version) => version.id, count);
  });
}
