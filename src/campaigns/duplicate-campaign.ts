import { requireMayCreate, requirePermission } from "../access/index.ts";
import { nameOfCopy, parseInput, storableText } from "../base/index.ts";
import { type Context, inTransaction } from "../storage/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import { insertCampaign } from "./create-campaign.ts";
import { copyOfSettings } from "./draft.ts";
import { getCampaign, getVersion, latestVersionId } from "./load-campaign.ts";
import { pastLabelsAfter } from "./past-labels.ts";

/** A new DRAFT with the same content and settings; the way to reuse a stopped or completed campaign. */
export async function duplicateCampaign(
  ctx: Context,
  input: { readonly id: string; readonly title?: string | null },
): Promise<Campaign> {
  requirePermission(ctx, "campaigns:write");
  requireMayCreate(ctx);
  return inTransaction(ctx, async (tx) => {
    const original = await getCampaign(tx, input.id);
    const version = await getVersion(tx, latestVersionId(original));
    const { description, tags, labels, category, channel, deliveryRate } = original;
    const title = parseInput(storableText(200), (input.title ?? nameOfCopy(original.title)).trim());
    const copy = {
      ...{ title, description: description ?? null, tags, labels, category, channel, deliveryRate: deliveryRate ?? null },
      ...copyOfSettings(version),
    };
    return insertCampaign(tx, copy, { id: original.id, past: pastLabelsAfter(original, original, copy) });
  });
}
