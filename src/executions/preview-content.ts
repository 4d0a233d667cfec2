import { requirePermission } from "../access/index.ts";
import { getCampaign, getVersion, latestVersionId } from "../campaigns/index.ts";
import { checkContentFor } from "../content/index.ts";
import { withFragments } from "../fragments/index.ts";
import type { Context } from "../storage/index.ts";
import type { RecipientInput } from "./accept/parse-call.ts";
import { type RenderedSample, renderSample } from "./render-sample.ts";
import type { SimulateOptions } from "./simulate-execution.ts";

export type PreviewInput = { readonly campaignId: string; readonly sample: RecipientInput };

/** One message as it would be rendered now. Uses the stored profile when there is one and the caller may read it; needs none. */
export async function previewContent(
  ctx: Context,
  input: PreviewInput,
  options: Pick<SimulateOptions, "unsubscribeUrl">,
): Promise<RenderedSample> {
  requirePermission(ctx, "campaigns:read");
  const campaign = await getCampaign(ctx, input.campaignId);
  const version = await getVersion(ctx, latestVersionId(campaign));
  const { contextSchema, highThroughput, missingContext } = version;
  const content = await withFragments(ctx, { channel: campaign.channel, content: version.content ?? null });
  const rules = { category: campaign.category, highThroughput, contextSchema };
  const { issues, schemaIssues } = await checkContentFor(ctx.actor.id, { channel: campaign.channel, content, rules });
  const errors = [...schemaIssues, ...issues].filter(
    (issue) => issue.severity === "ERROR" && issue.code !== "UNSUBSCRIBE_LINK_MISSING",
  );
  if (!content || errors.length > 0) return { message: null, issues: errors };
  const rendered = await renderSample(
    ctx,
    { campaign, version: { ...version, content }, sample: input.sample },
    { unsubscribeUrl: options.unsubscribeUrl, missingContext, needsFittingContext: true },
  );
  return rendered.message ? { ...rendered, issues: [...issues, ...rendered.issues] } : rendered;
}
