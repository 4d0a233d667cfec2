import { isWithinReach, requirePermission } from "../access/index.ts";
import { conflict, notFound, unavailable } from "../base/index.ts";
import { type CampaignVersion, getVersion } from "../campaigns/index.ts";
import { checkContentFor, type RenderedMessage } from "../content/index.ts";
import { withFragments } from "../fragments/index.ts";
import { type Context, inTransaction, parseInstant, run } from "../storage/index.ts";
import { toCandidate } from "./accept/candidate.ts";
import { lookUpRecipients } from "./accept/look-up.ts";
import { type ExecuteCall, type ExecuteCampaignInput, parseCall } from "./accept/parse-call.ts";
import { toRules } from "./accept/plan-calls.ts";
import { type PlannedRecipient, planRecipients } from "./accept/plan-execution.ts";
import { compileOrNull } from "./context-schemas.ts";
import type { Exclusion, ExclusionReason } from "./exclusion.ts";
import { judgePeople, type PersonToRender, type RenderParts, renderPeople } from "./render-on-thread.ts";
import { sampleMessageId } from "./render-recipient.ts";
import { selectAttributes } from "./sql/select-attributes.ts";
import { type AcceptingCampaign, selectCampaignToSimulate, selectOwed } from "./sql/select-campaigns-to-accept.ts";

/** Callers are answered within a minute. */
const secondsMax = 55;

export type RecipientVerdict = {
  readonly userId: string;
  readonly address: string | null;
  readonly exclusion: Exclusion | null;
};

export type Simulation = {
  readonly acceptedCount: number;
  readonly excludedCount: number;
  readonly toSendCount: number;
  readonly exclusions: readonly { readonly reason: ExclusionReason; readonly count: number }[];
  readonly plannedDurationSeconds: number | null;
  readonly verdicts: readonly RecipientVerdict[];
  /**
   * What some of them would be sent, from the place `from` on: null for an excluded one, and for a caller who may not read
   * messages, since it shows stored attributes. Rendered when asked for, so that a simulation never holds all.
   */
  messages(from: number, count: number): Promise<readonly (RenderedMessage | null)[]>;
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
  const call = parseCall(input, options);
  const subject = await inTransaction(ctx, (tx) => loadSubject(tx, call.campaignId));
  await requireNoErrors(ctx, subject);
  const plan = await inTransaction(ctx, (tx) => planSimulation(tx, { subject, call }, options));
  const asked = (recipients: readonly ToRender[]) => askedOf(plan, recipients, options.unsubscribeUrl(sampleMessageId));
  const verdicts = await judge(ctx, plan.recipients, asked);
  return {
    ...summarise(verdicts, plan.plannedSeconds),
    messages: async (from, count) => {
      if (!ctx.actor.permissions.has("messages:read")) return [];
      const some = plan.recipients.slice(from, from + count);
      const isSent = (_recipient: ToRender, index: number): boolean => verdicts[from + index]?.exclusion === null;
      const rendered = renderPeople(ctx.actor.id, asked(some.filter(isSent)));
      const messages: (RenderedMessage | null)[] = [];
      for (const [index, recipient] of some.entries()) {
        const verdict = isSent(recipient, index) ? (await rendered.next()).value : null;
        messages.push(verdict?.kind === "rendered" ? verdict.message : null);
      }
      return messages;
    },
  };
}

/** What is simulated: a campaign with the version that would be sent. */
type Subject = {
  readonly campaign: AcceptingCampaign;
  readonly version: CampaignVersion;
  /** With its fragments. */
  readonly content: CampaignVersion["content"];
};

async function loadSubject(tx: Context, id: string): Promise<Subject> {
  const [campaign] = await run(tx, selectCampaignToSimulate(id));
  if (!campaign?.versionId || !isWithinReach(tx.actor, campaign))
    throw notFound("CAMPAIGN_NOT_FOUND", `There is no campaign ${id}.`, { id });
  const version = await getVersion(tx, campaign.versionId);
  return { campaign, version, content: await withFragments(tx, { channel: campaign.channel, content: version.content ?? null }) };
}

type ToRender = PersonToRender & RecipientVerdict;
type Plan = Pick<RenderParts, "channel" | "missingContext" | "now"> & {
  readonly content: CampaignVersion["content"];
  readonly recipients: readonly ToRender[];
  readonly plannedSeconds: number | null;
};

type Asked = { readonly subject: Subject; readonly call: ExecuteCall };

/** All that the database knows; what is rendered of it takes no transaction. */
async function planSimulation(
  tx: Context,
  { subject: { campaign, version, content }, call }: Asked,
  options: SimulateOptions,
): Promise<Plan> {
  const rules = toRules(campaign, options);
  const candidates = call.recipients.map((recipient) => toCandidate(rules, recipient));
  const asked = candidates.map((candidate) => ({ rules, candidate }));
  const facts = await lookUpRecipients(tx, asked, { create: false });
  const [lane] = await run(tx, selectOwed(campaign.id));
  const acceptedAt = parseInstant(campaign.now).getTime();
  const delaySeconds = call.executeAt ? (call.executeAt.getTime() - acceptedAt) / 1000 : 0;
  const { recipients, plannedSeconds } = planRecipients(rules, candidates, {
    facts,
    contextSchema: compileOrNull(version),
    lane: { deliveryRate: campaign.deliveryRate, owed: lane?.owed ?? 0 },
    delaySeconds,
  });
  const attributes = await readAttributes(tx, recipients);
  return {
    channel: rules.channel,
    content,
    missingContext: version.missingContext,
    now: new Date(acceptedAt + delaySeconds * 1_000),
    plannedSeconds,
    recipients: recipients.map(({ candidate: { recipient }, address, exclusion, profileId }) => ({
      userId: recipient.userId,
      address,
      exclusion,
      attributes: attributes.get(profileId ?? "") ?? null,
      profileData: recipient.profileData?.text() ?? null,
      context: recipient.context?.text() ?? null,
    })),
  };
}

/** Without content nothing is rendered, and nobody excluded by it. */
function askedOf({ channel, content, missingContext, now }: Plan, recipients: readonly ToRender[], unsubscribeUrl: string) {
  const people = recipients.map(({ attributes, profileData, context }) => ({ attributes, profileData, context }));
  return { parts: { channel, content: content ?? {}, missingContext, now, unsubscribeUrl }, people: content ? people : [] };
}

/** Who is not excluded yet is rendered: that may exclude them. A simulation that takes longer than a call may is given up. */
async function judge(
  { actor, clock }: Context,
  recipients: readonly ToRender[],
  asked: (recipients: readonly ToRender[]) => ReturnType<typeof askedOf>,
): Promise<RecipientVerdict[]> {
  const deadline = clock.now().getTime() + secondsMax * 1000;
  const judged = judgePeople(actor.id, asked(recipients.filter(({ exclusion }) => exclusion === null)));
  const verdicts: RecipientVerdict[] = [];
  for (const { userId, address, exclusion } of recipients) {
    if (clock.now().getTime() > deadline)
      throw unavailable("TIMED_OUT", `This could not be simulated in ${secondsMax} seconds: simulate fewer recipients.`);
    verdicts.push({
      userId,
      address,
      exclusion: exclusion ?? (await judged.next()).value ?? null,
    });
  }
  return verdicts;
}

/** A draft may be faulty: what cannot be rendered cannot be simulated. */
async function requireNoErrors({ actor }: Context, { campaign: { channel }, version, content }: Subject): Promise<void> {
  const rules = { contextSchema: version.contextSchema };
  const { issues, schemaIssues } = await checkContentFor(actor.id, { channel, content: content ?? null, rules });
  const errors = [...schemaIssues, ...(content ? issues : [])].filter((issue) => issue.severity === "ERROR");
  if (errors.length === 0) return;
  const messages = errors.map((issue) => issue.message).join(" ");
  throw conflict("CAMPAIGN_HAS_ERRORS", `The campaign cannot be simulated: ${messages}`, { issues: errors });
}

async function readAttributes(
  ctx: Context,
  recipients: readonly PlannedRecipient[],
): Promise<Map<string, Readonly<Record<string, unknown>>>> {
  const ids = recipients.flatMap((planned) => (planned.profileId && !planned.exclusion ? [planned.profileId] : []));
  const rows = ids.length === 0 ? [] : await run(ctx, selectAttributes(ids));
  return new Map(rows.map((row) => [row.id, row.attributes]));
}

function summarise(verdicts: readonly RecipientVerdict[], plannedDurationSeconds: number | null): Omit<Simulation, "messages"> {
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
