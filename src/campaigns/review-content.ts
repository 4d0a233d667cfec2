import { requirePermission } from "../access/index.ts";
import type { Channel } from "../base/index.ts";
import { type CampaignContent, checkContentFor, compileSources } from "../content/index.ts";
import { withFragments } from "../fragments/index.ts";
import type { Context } from "../storage/index.ts";
import { type Review, toReview } from "./check-campaign.ts";

/** Reviews content that need not be saved. */
export async function reviewContent(ctx: Context, channel: Channel, content: CampaignContent): Promise<Review> {
  requirePermission(ctx, "campaigns:read");
  const compiled = await withFragments(ctx, { channel, content: await compileSources(content, ctx.actor.id) });
  return toReview(await checkContentFor(ctx.actor.id, { channel, content: compiled }));
}
