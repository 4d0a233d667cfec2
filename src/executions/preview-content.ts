import { requirePermission } from "../access/index.ts";
import type { Issue } from "../base/index.ts";
import { getCampaign, getVersion, latestVersionId } from "../campaigns/index.ts";
import { checkContent, compileContent, type RenderedMessage, reviewContextSchema } from "../content/index.ts";
import { resolveRecipients } from "../profiles/index.ts";
import { type Context, run } from "../storage/index.ts";
import { parseRecipient, type RecipientInput } from "./accept/parse-call.ts";
import { compileOrNull, faultOfContext } from "./context-schemas.ts";
import { parseData, renderRecipient, sampleMessageId } from "./render-recipient.ts";
import type { SimulateOptions } from "./simulate-execution.ts";
import { selectAttributes } from "./sql/select-attributes.ts";

export type PreviewInput = { readonly campaignId: string; readonly sample: RecipientInput };
export type Preview = { readonly message: RenderedMessage | null; readonly issues: readonly Issue[] };

/** One message as it would be rendered now. Uses the stored profile when there is one and the caller may read it; needs none. */
export async function previewContent(
  ctx: Context,
  input: PreviewInput,
  options: Pick<SimulateOptions, "unsubscribeUrl">,
): Promise<Preview> {
  requirePermission(ctx, "campaigns:read");
  const campaign = await getCampaign(ctx, input.campaignId);
  const version = await getVersion(ctx, latestVersionId(campaign));
  const recipient = parseRecipient(input.sample, 0);
  const { issues } = checkContent(campaign.channel, version.content, {
    category: campaign.category,
    highThroughput: version.highThroughput,
    contextSchema: version.contextSchema,
  });
  const schemaIssues = version.contextSchema ? reviewContextSchema(version.contextSchema) : [];
  const errors = [...schemaIssues, ...issues].filter(
    (issue) => issue.severity === "ERROR" && issue.code !== "UNSUBSCRIBE_LINK_MISSING",
  );
  if (!version.content || errors.length > 0) return { message: null, issues: errors };
  const fault = faultOfContext(compileOrNull(version), recipient.context);
  if (fault !== null) return { message: null, issues: [{ severity: "ERROR", code: "MISSING_CONTEXT", message: fault }] };
  const attributes =
    recipient.type === "PROFILE" && ctx.actor.permissions.has("profiles:read")
      ? await findAttributes(ctx, {
          ...recipient,
          namespace: recipient.namespace ?? version.namespace,
          channel: campaign.channel,
        })
      : null;
  const verdict = renderRecipient(
    compileContent(campaign.channel, version.content),
    { attributes, ...parseData(recipient) },
    {
      id: sampleMessageId,
      unsubscribeUrl: options.unsubscribeUrl,
      missingContext: version.missingContext,
      now: ctx.clock.now(),
    },
  );
  if (verdict.kind === "rendered") return { message: verdict.message, issues };
  const { reason, detail } = verdict.exclusion;
  return { message: null, issues: [{ severity: "ERROR", code: reason, message: detail ?? reason }] };
}

type Person = {
  readonly userId: string;
  readonly namespace: string;
  readonly channel: Parameters<typeof resolveRecipients>[1][number]["channel"];
};

async function findAttributes(ctx: Context, person: Person): Promise<Readonly<Record<string, unknown>> | null> {
  const [facts] = await resolveRecipients(ctx, [{ ...person, isExternal: false, givenAddress: null }]);
  if (!facts?.profileId) return null;
  const [row] = await run(ctx, selectAttributes([facts.profileId]));
  return row?.attributes ?? null;
}
