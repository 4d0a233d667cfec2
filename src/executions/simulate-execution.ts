import { isWithinReach, requirePermission } from "../access/index.ts";
import { type Channel, conflict, notFound } from "../base/index.ts";
import { type CampaignVersion, getVersion } from "../campaigns/index.ts";
import {
  type CompiledContent,
  checkContent,
  compileContent,
  type RenderedMessage,
  reviewContextSchema,
} from "../content/index.ts";
import { withFragments } from "../fragments/index.ts";
import { type Context, inTransaction, parseInstant, run } from "../storage/index.ts";
import { toCandidate } from "./accept/candidate.ts";
import { lookUpRecipients } from "./accept/look-up.ts";
import { type ExecuteCampaignInput, parseCall } from "./accept/parse-call.ts";
import { toRules } from "./accept/plan-calls.ts";
import { type PlannedRecipient, planRecipients } from "./accept/plan-execution.ts";
import { compileOrNull } from "./context-schemas.ts";
import type { Exclusion, ExclusionReason } from "./exclusion.ts";
import { parseData, type RenderablePerson, renderRecipient, sampleMessageId } from "./render-recipient.ts";
import { selectAttributes } from "./sql/select-attributes.ts";
import { selectCampaignToSimulate, selectOwed } from "./sql/select-campaigns-to-accept.ts";

export type RecipientVerdict = {
  readonly userId: string;
  readonly address: string | null;
  readonly exclusion: Exclusion | null;
  /** What would be sent; null for an excluded recipient, and for a caller who may not read messages: it shows stored attributes. */
  readonly rendered: RenderedMessage | null;
};

export type Simulation = {
  readonly acceptedCount: number;
  readonly excludedCount: number;
  readonly toSendCount: number;
  readonly exclusions: readonly { readonly reason: ExclusionReason; readonly count: number }[];
  readonly plannedDurationSeconds: number | null;
  readonly verdicts: readonly RecipientVerdict[];
};

export type SimulateOptions = {
  readonly recipientsMax: number;
  readonly unknownConsentIsConsent: boolean;
  readonly unsubscribeUrl: (messageId: string) => string;
};

/**
 * Everything that an execution would do, except storing and sending: verdicts, rendered messages, duration. A draft
 * can be simulated too; of a running campaign it is the live version.
 */
export async function simulateExecution(
  ctx: Context,
  input: ExecuteCampaignInput,
  options: SimulateOptions,
): Promise<Simulation> {
  requirePermission(ctx, "campaigns:execute");
  // Verdicts tell whom the lists hold and what a draft says: more than whoever only triggers may know.
  requirePermission(ctx, "campaigns:read");
  const mayReadMessages = ctx.actor.permissions.has("messages:read");
  const call = parseCall(input, options);
  return inTransaction(ctx, async (tx) => {
    const [campaign] = await run(tx, selectCampaignToSimulate(call.campaignId));
    if (!campaign?.versionId || !isWithinReach(ctx.actor, campaign))
      throw notFound("CAMPAIGN_NOT_FOUND", `There is no campaign ${call.campaignId}.`, { id: call.campaignId });
    const rules = toRules(campaign, options);
    const candidates = call.recipients.map((recipient) => toCandidate(rules, recipient));
    const facts = await lookUpRecipients(
      tx,
      candidates.map((candidate) => ({ rules, candidate })),
      { create: false },
    );
    const version = await getVersion(tx, campaign.versionId);
    const content = await withFragments(tx, { channel: rules.channel, content: version.content ?? null });
    requireNoErrors(rules.channel, { ...version, content });
    const [lane] = await run(tx, selectOwed(campaign.id));
    const delaySeconds = call.executeAt ? (call.executeAt.getTime() - parseInstant(campaign.now).getTime()) / 1000 : 0;
    const plan = planRecipients(rules, candidates, {
      facts,
      contextSchema: compileOrNull(version),
      lane: { deliveryRate: campaign.deliveryRate, owed: lane?.owed ?? 0 },
      delaySeconds,
    });
    const compiled = content ? compileContent(rules.channel, content) : null;
    const attributes = await readAttributes(tx, plan.recipients);
    const verdicts = plan.recipients.map((planned) => {
      const person = { attributes: attributes.get(planned.profileId ?? "") ?? null, ...parseData(planned.candidate.recipient) };
      const { exclusion, rendered } = renderPlanned(planned, person, {
        compiled,
        version,
        unsubscribeUrl: options.unsubscribeUrl,
        now: new Date(parseInstant(campaign.now).getTime() + delaySeconds * 1_000),
      });
      const { address, candidate } = planned;
      return { userId: candidate.recipient.userId, address, exclusion, rendered: mayReadMessages ? rendered : null };
    });
    return summarise(verdicts, plan.plannedSeconds);
  });
}

/** A draft may be faulty: what cannot be rendered cannot be simulated. */
function requireNoErrors(channel: Channel, { content, contextSchema }: CampaignVersion): void {
  const found = content ? checkContent(channel, content).issues : [];
  const issues = [...(contextSchema ? reviewContextSchema(contextSchema) : []), ...found];
  const errors = issues.filter((issue) => issue.severity === "ERROR");
  if (errors.length === 0) return;
  const messages = errors.map((issue) => issue.message).join(" ");
  throw conflict("CAMPAIGN_HAS_ERRORS", `The campaign cannot be simulated: ${messages}`, { issues: errors });
}

type RenderParts = {
  readonly compiled: CompiledContent | null;
  readonly version: CampaignVersion;
  readonly unsubscribeUrl: SimulateOptions["unsubscribeUrl"];
  readonly now: Date;
};

function renderPlanned(
  { exclusion }: PlannedRecipient,
  person: RenderablePerson,
  { compiled, version, unsubscribeUrl, now }: RenderParts,
): Pick<RecipientVerdict, "exclusion" | "rendered"> {
  if (exclusion || !compiled) return { exclusion, rendered: null };
  const { missingContext } = version;
  const result = renderRecipient(compiled, person, { id: sampleMessageId, unsubscribeUrl, missingContext, now });
  if (result.kind === "excluded") return { exclusion: result.exclusion, rendered: null };
  return { exclusion: null, rendered: result.message };
}

async function readAttributes(
  ctx: Context,
  recipients: readonly PlannedRecipient[],
): Promise<Map<string, Readonly<Record<string, unknown>>>> {
  const ids = recipients.flatMap((planned) => (planned.profileId && !planned.exclusion ? [planned.profileId] : []));
  const rows = ids.length === 0 ? [] : await run(ctx, selectAttributes(ids));
  return new Map(rows.map((row) => [row.id, row.attributes]));
}

function summarise(verdicts: readonly RecipientVerdict[], plannedDurationSeconds: number | null): Simulation {
  const counts = new Map<ExclusionReason, number>();
  for (const { exclusion } of verdicts) if (exclusion) counts.set(exclusion.reason, (counts.get(exclusion.reason) ?? 0) + 1);
  const excludedCount = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return {
    acceptedCount: verdicts.length,
    excludedCount,
    toSendCount: verdicts.length - excludedCount,
    exclusions: [...counts].map(([reason, count]) => ({ reason, count })),
    plannedDurationSeconds,
    verdicts,
  };
}
