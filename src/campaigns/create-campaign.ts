import { requireMayCreate, requireMayLabel, requirePermission } from "../access/index.ts";
import { createId } from "../base/index.ts";
import { getChannelConfiguration } from "../channels/index.ts";
import { fragmentNamesOf } from "../content/index.ts";
import { type Context, changesBetween, inTransaction, recordEvent } from "../storage/index.ts";
import { type Campaign, CampaignSchema } from "./campaign.entity.ts";
import {
  type CampaignCreation,
  type CreateCampaignInput,
  checkDeliveryRate,
  parseCreation,
  withCompiledSources,
} from "./campaign-input.ts";
import { CampaignVersionSchema } from "./campaign-version.entity.ts";
import { instantsOf } from "./local-time.ts";
import { noPastLabels, type PastLabels } from "./past-labels.ts";
import { recordedFields } from "./recorded-fields.ts";

/** Makes a campaign as a DRAFT. Its content may still be missing or faulty: `review` says what has to be mended. */
export async function createCampaign(ctx: Context, input: CreateCampaignInput): Promise<Campaign> {
  requirePermission(ctx, "campaigns:write");
  requireMayCreate(ctx);
  checkDeliveryRate(input.deliveryRate);
  const parsed = parseCreation({ ...input, ...instantsOf(input, input.timeZone ?? "UTC") });
  requireMayLabel(ctx, { before: [], after: parsed.labels });
  const creation = await withCompiledSources(ctx, parsed);
  return inTransaction(ctx, async (tx) => {
    await getChannelConfiguration(tx, creation.channelConfigurationId);
    return insertCampaign(tx, { ...creation, deliveryRate: input.deliveryRate ?? null });
  });
}

/** What a copy was made of, and what policies matched of that. */
type Original = { readonly id: string; readonly past: PastLabels };

export async function insertCampaign(
  ctx: Context,
  creation: CampaignCreation & { readonly deliveryRate: number | null },
  original: Original | null = null,
): Promise<Campaign> {
  const { title, description, tags, labels, category, channel, deliveryRate, ...settings } = creation;
  const now = ctx.clock.now();
  const id = createId();
  const version = ctx.em.create(CampaignVersionSchema, {
    ...settings,
    fragmentNames: fragmentNamesOf(channel, settings.content),
    id: createId(),
    campaignId: id,
    number: 1,
    status: "DRAFT",
    createdAt: now,
    createdBy: ctx.actor.id,
  });
  const campaign = ctx.em.create(CampaignSchema, {
    id,
    title,
    description,
    tags,
    ...(original?.past ?? noPastLabels),
    labels,
    category,
    channel,
    deliveryRate,
    status: "DRAFT",
    revision: 1,
    draftVersionId: version.id,
    createdAt: now,
    updatedAt: now,
  });
  await ctx.em.persist([campaign]).flush();
  await ctx.em.persist([version]).flush();
  await recordEvent(ctx, {
    type: original === null ? "campaign.created" : "campaign.duplicated",
    campaignId: id,
    data: { versionId: version.id, number: version.number, ...(original === null ? {} : { copyOf: original.id }) },
    changes: changesBetween(null, recordedFields(campaign, version)),
  });
  return campaign;
}
