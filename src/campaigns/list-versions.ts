import { requirePermission } from "../access/index.ts";
import { decodeIdCursor, memoise, notFound, type Page, type PageInput, pageSize, toPage } from "../base/index.ts";
import { type Context, run } from "../storage/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import { type CampaignVersion, CampaignVersionSchema } from "./campaign-version.entity.ts";
import { findVersions } from "./list-campaigns.ts";
import { countVersions, selectVersionPages } from "./sql/select-versions.ts";

export type CampaignVersionsAsked = { readonly campaignId: string; readonly page: PageInput };

/** Versions of campaigns, newest first: a page each, in one statement for all that are asked together. */
export async function findVersionPages(ctx: Context, asked: readonly CampaignVersionsAsked[]): Promise<Page<CampaignVersion>[]> {
  requirePermission(ctx, "campaigns:read");
  const pages = asked.map(({ campaignId, page }) => ({ campaignId, size: pageSize(page), after: decodeIdCursor(page.after) }));
  const found = await run(ctx, selectVersionPages(pages));
  const versions = await findVersions(
    ctx,
    found.map((row) => row.id),
  );
  const rows = new Map(versions.map((version) => [version.id, version]));
  const counts = memoise(() => run(ctx, countVersions(asked.map(({ campaignId }) => campaignId))));
  return pages.map(({ campaignId, size }, position) => {
    const own = found.filter((row) => row.position === position).flatMap(({ id }) => rows.get(id) ?? []);
    const count = async () => (await counts()).find((row) => row.campaignId === campaignId)?.count ?? 0;
    return toPage(own, size, (version) => version.id, count);
  });
}

export async function getVersionByNumber(ctx: Pick<Context, "em">, campaign: Campaign, number: number): Promise<CampaignVersion> {
  const version = await ctx.em.findOne(CampaignVersionSchema, { campaignId: campaign.id, number });
  if (version) return version;
  throw notFound("VERSION_NOT_FOUND", `The campaign has no version ${number}.`, { campaignId: campaign.id, number });
}
