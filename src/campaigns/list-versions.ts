import { requirePermission } from "../access/index.ts";
import { notFound, type Page, type PageInput } from "../base/index.ts";
import { type Context, findChildPages } from "../storage/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import { type CampaignVersion, CampaignVersionSchema } from "./campaign-version.entity.ts";
import { findVersions } from "./list-campaigns.ts";

const versionsOfCampaigns = { table: "campaign_version", parent: "campaign_id", order: "number" } as const;

export type CampaignVersionsAsked = { readonly campaignId: string; readonly page: PageInput };

/** Versions of campaigns, newest first: a page each, in one statement for all that are asked together. */
export async function findVersionPages(ctx: Context, asked: readonly CampaignVersionsAsked[]): Promise<Page<CampaignVersion>[]> {
  requirePermission(ctx, "campaigns:read");
  const children = asked.map(({ campaignId, page }) => ({ parentId: campaignId, page }));
  return findChildPages(ctx, versionsOfCampaigns, children, (ids) => findVersions(ctx, ids));
}

export async function getVersionByNumber(ctx: Pick<Context, "em">, campaign: Campaign, number: number): Promise<CampaignVersion> {
  const version = await ctx.em.findOne(CampaignVersionSchema, { campaignId: campaign.id, number });
  if (version) return version;
  throw notFound("VERSION_NOT_FOUND", `The campaign has no version ${number}.`, { campaignId: campaign.id, number });
}
