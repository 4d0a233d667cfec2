import type { FilterQuery } from "@mikro-orm/postgresql";
import { requirePermission } from "../access/index.ts";
import {
  type Channel,
  decodeIdCursor,
  invalid,
  isId,
  isStorableText,
  type Page,
  type PageInput,
  pageSize,
  toPage,
} from "../base/index.ts";
import { type Context, findChildPages } from "../storage/index.ts";
import { type Fragment, FragmentSchema, type FragmentVersion, FragmentVersionSchema } from "./fragment.entity.ts";

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

const versionsOfFragments = { table: "fragment_version", parent: "fragment_id", order: "id" } as const;

export type VersionsAsked = { readonly fragmentId: string; readonly page: PageInput };

/** Versions of fragments, newest first: a page each, in one statement for all that are asked together. */
export async function findFragmentVersionPages(ctx: Context, asked: readonly VersionsAsked[]): Promise<Page<FragmentVersion>[]> {
  requirePermission(ctx, "campaigns:read");
  const children = asked.map(({ fragmentId, page }) => ({ parentId: fragmentId, page }));
  return findChildPages(ctx, versionsOfFragments, children, (ids) => findFragmentVersions(ctx, ids));
}
