import { requirePermission } from "../access/index.ts";
import type { Channel } from "../base/index.ts";
import { type CampaignContent, checkContent } from "../content/index.ts";
import type { Context } from "../storage/index.ts";
import { type Review, toReview } from "./check-campaign.ts";

/** Reviews content that need not be saved. */
export function reviewContent(ctx: Context, channel: Channel, content: CampaignContent): Review {
  requirePermission(ctx, "campaigns:read");
  const { issues, variables } = checkContent(channel, content);
  return toReview(issues, variables);
}
