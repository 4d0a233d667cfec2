import { requirePermission } from "../access/index.ts";
import { invalid } from "../base/index.ts";
import { getCampaign } from "../campaigns/index.ts";
import { type Context, parseInstant, run } from "../storage/index.ts";
import { selectTimeline } from "./sql/select-timeline.ts";

export type TimelinePoint = { readonly at: Date; readonly sent: number; readonly failed: number; readonly excluded: number };

export type TimelineInput = {
  readonly campaignId: string;
  readonly from?: Date | null;
  readonly to?: Date | null;
  readonly bucketSeconds?: number | null;
};

const hourMilliseconds = 3_600_000;
const pointsMax = 2000;

/** What left per stretch of `bucketSeconds` (default 60), by default of the last hour; empty stretches are left out. */
export async function deliveryTimeline(ctx: Context, input: TimelineInput): Promise<TimelinePoint[]> {
  requirePermission(ctx, "campaigns:read");
  await getCampaign(ctx, input.campaignId);
  const to = input.to ?? ctx.clock.now();
  const from = input.from ?? new Date(to.getTime() - hourMilliseconds);
  const bucketSeconds = input.bucketSeconds ?? 60;
  if (bucketSeconds < 1 || from >= to) throw invalid("INPUT_INVALID", "from must lie before to, and bucketSeconds be 1 or more.");
  if ((to.getTime() - from.getTime()) / 1000 / bucketSeconds > pointsMax)
    throw invalid("INPUT_INVALID", `That would be more than ${pointsMax} points: choose larger buckets or a shorter time.`, {
      pointsMax,
    });
  const rows = await run(ctx, selectTimeline({ campaignId: input.campaignId, from, to, bucketSeconds }));
  return rows.map((row) => ({ ...row, at: parseInstant(row.at) }));
}
