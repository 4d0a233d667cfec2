import { requirePermission } from "../access/index.ts";
import { notFound } from "../base/index.ts";
import { getVersion } from "../campaigns/index.ts";
import { compileContent, type RenderedMessage } from "../content/index.ts";
import { type Context, inTransaction, parseInstant, run } from "../storage/index.ts";
import { toRules } from "./accept/accept-calls.ts";
import { lookUpRecipients } from "./accept/look-up.ts";
import { type ExecuteCampaignInput, parseCall } from "./accept/parse-call.ts";
import { type PlannedRecipient, planRecipients } from "./accept/plan-execution.ts";
import type { Exclusion, ExclusionReason } from "./exclusion.ts";
import { parseData, renderRecipient, sampleMessageId } from "./render-recipient.ts";
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
  const mayReadMessages = ctx.actor.permissions.has("messages:read");
  const call = parseCall(input, options);
  return inTransaction(ctx, async (tx) => {
    const [campaign] = await run(tx, selectCampaignToSimulate(call.campaignId));
    if (!campaign?.versionId)
      throw notFound("CAMPAIGN_NOT_FOUND", `There is no campaign ${call.campaignId}.`, { id: call.campaignId });
    const rules = toRules(campaign, options);
    const facts = await lookUpRecipients(
      tx,
      call.recipients.map((recipient) => ({ rules, recipient })),
      { create: false },
    );
    const [lane] = await run(tx, selectOwed(campaign.id));
    const delaySeconds = call.executeAt ? (call.executeAt.getTime() - parseInstant(campaign.now).getTime()) / 1000 : 0;
    const plan = planRecipients(rules, call, {
      facts,
      lane: { deliveryRate: campaign.deliveryRate, owed: lane?.owed ?? 0 },
      delaySeconds,
    });
    const version = await getVersion(tx, campaign.versionId);
    const compiled = version.content ? compileContent(rules.channel, version.content) : null;
    const attributes = await readAttributes(tx, plan.recipients);
    const verdicts = plan.recipients.map((planned): RecipientVerdict => {
      const unsent = { userId: planned.recipient.userId, address: planned.address, exclusion: planned.exclusion, rendered: null };
      if (planned.exclusion || !compiled) return unsent;
      const person = { attributes: attributes.get(planned.profileId ?? "") ?? null, ...parseData(planned.recipient) };
      const result = renderRecipient(compiled, person, {
        id: sampleMessageId,
        unsubscribeUrl: options.unsubscribeUrl,
        missingContext: version.missingContext,
        now: new Date(parseInstant(campaign.now).getTime() + delaySeconds * 1_000),
      });
      if (result.kind === "excluded") return { ...unsent, exclusion: result.exclusion };
      return mayReadMessages ? { ...unsent, rendered: result.message } : unsent;
    });
    return summarise(verdicts, plan.plannedSeconds);
  });
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
