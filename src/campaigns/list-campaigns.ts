import type { FilterQuery } from "@mikro-orm/postgresql";
import { requirePermission } from "../access/index.ts";
import {
  type Category,
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
import { type Context, run } from "../storage/index.ts";
import { type Campaign, CampaignSchema } from "./campaign.entity.ts";
import { type CampaignVersion, CampaignVersionSchema } from "./campaign-version.entity.ts";
import { whereVisible } from "./load-campaign.ts";
import { selectCampaignsWithFragment } from "./sql/select-campaigns-with-fragment.ts";
import type { CampaignStatus } from "./status.ts";

export type CampaignFilter = PageInput & {
  readonly status?: readonly CampaignStatus[] | null;
  readonly channel?: Channel | null;
  readonly category?: Category | null;
  readonly tag?: string | null;
  /** Its draft uses this fragment, or it went live with it. */
  readonly fragmentId?: string | null;
  /** Part of the title, in any case. */
  readonly search?: string | null;
};

/** Campaigns, newest first. */
export async function listCampaigns(ctx: Context, filter: CampaignFilter): Promise<Page<Campaign>> {
  requirePermission(ctx, "campaigns:read");
  const size = pageSize(filter);
  if (![filter.search, filter.tag].every((text) => isStorableText(text ?? "")))
    throw invalid("INPUT_INVALID", "search and tag must not contain NUL characters.");
  const after = decodeIdCursor(filter.after);
  const where = { $and: [whereVisible(ctx), whereOf(filter), await whereFragment(ctx, filter.fragmentId ?? null)] };
  const page = after ? { $and: [where, { id: { $lt: after } }] } : where;
  const rows = await ctx.em.find(CampaignSchema, page, { orderBy: { id: "desc" }, limit: size + 1 });
  return toPage(
    rows,
    size,
    (campaign) => campaign.id,
    () => ctx.em.count(CampaignSchema, where),
  );
}

async function whereFragment(ctx: Context, fragmentId: string | null): Promise<FilterQuery<Campaign>> {
  if (fragmentId === null) return {};
  const found = isId(fragmentId) ? await run(ctx, selectCampaignsWithFragment(fragmentId)) : [];
  return { id: { $in: found.map(({ id }) => id) } };
}

function whereOf(filter: CampaignFilter): FilterQuery<Campaign> {
  return {
    ...(filter.status?.length ? { status: { $in: [...filter.status] } } : {}),
    ...(filter.channel ? { channel: filter.channel } : {}),
    ...(filter.category ? { category: filter.category } : {}),
    ...(filter.tag ? { tags: { $contains: [filter.tag] } } : {}),
    ...(filter.search?.trim() ? { title: { $ilike: `%${filter.search.trim().replace(/[\\%_]/g, "\\$&")}%` } } : {}),
  };
}

/** Null when there is no such campaign. */
export async function findCampaign(ctx: Context, id: string): Promise<Campaign | null> {
  requirePermission(ctx, "campaigns:read");
  return isId(id) ? ctx.em.findOne(CampaignSchema, { $and: [{ id }, whereVisible(ctx)] }) : null;
}

/** For loaders: those of them that the caller sees. */
export async function findCampaigns(ctx: Context, ids: readonly string[]): Promise<Campaign[]> {
  requirePermission(ctx, "campaigns:read");
  return ctx.em.find(CampaignSchema, { $and: [{ id: { $in: [...ids] } }, whereVisible(ctx)] });
}

/** For loaders, of campaigns that the caller sees. */
export async function findVersions(ctx: Context, ids: readonly string[]): Promise<CampaignVersion[]> {
  requirePermission(ctx, "campaigns:read");
  return ctx.em.find(CampaignVersionSchema, { id: { $in: [...ids] } });
}
