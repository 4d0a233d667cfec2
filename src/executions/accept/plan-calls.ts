import { hangsOnLabels } from "../../access/index.ts";
import { invariant } from "../../base/index.ts";
import type { ContextSchema } from "../../content/index.ts";
import type { RecipientFacts } from "../../profiles/index.ts";
import { type Actor, type Context, parseInstant, parseInstantOrNull } from "../../storage/index.ts";
import type { ContextSchemas } from "../context-schemas.ts";
import type { Execution } from "../execution.entity.ts";
import type { WrittenExecution } from "../sql/insert-executions.ts";
import type { AcceptingCampaign } from "../sql/select-campaigns-to-accept.ts";
import { type Candidate, toCandidate } from "./candidate.ts";
import type { Question } from "./look-up.ts";
import type { ExecuteCall } from "./parse-call.ts";
import { type AcceptRules, type NewExecution, type NewMessage, planRecipients, toRows } from "./plan-execution.ts";

export type ActorCall = ExecuteCall & { readonly actor: Actor };

/** A call that its campaign takes. */
export type OpenCall = {
  readonly call: ActorCall;
  readonly campaign: AcceptingCampaign;
  readonly rules: AcceptRules;
  readonly candidates: readonly Candidate[];
  /** Null: at the instant at which it is written. */
  readonly now: Date | null;
};

export type PlanOptions = { readonly unknownConsentIsConsent: boolean };

export type Known = {
  /** In the order of the calls and of their recipients. */
  readonly facts: readonly RecipientFacts[];
  /** What each campaign with a delivery rate has not sent yet. */
  readonly owed: ReadonlyMap<string, number>;
  /** By version. */
  readonly schemas: ReadonlyMap<string, ContextSchema | null>;
};

export type Writes = { readonly executions: readonly NewExecution[]; readonly messages: readonly NewMessage[] };

/** The rows of several calls. Pure; calls of one campaign count on the room that those before them left. */
export function planWrites(open: readonly OpenCall[], known: Known): Writes {
  const executions: NewExecution[] = [];
  const messages: NewMessage[] = [];
  const owed = new Map(known.owed);
  let from = 0;
  for (const { call, campaign, rules, candidates, now } of open) {
    const to = from + candidates.length;
    const laneOwed = owed.get(campaign.id) ?? 0;
    const plan = planRecipients(rules, candidates, {
      facts: known.facts.slice(from, to),
      contextSchema: known.schemas.get(rules.versionId) ?? null,
      lane: { deliveryRate: campaign.deliveryRate, owed: laneOwed },
      delaySeconds: call.executeAt && now ? (call.executeAt.getTime() - now.getTime()) / 1000 : 0,
    });
    owed.set(campaign.id, laneOwed + plan.toSendCount);
    const labelRevision = hangsOnLabels(call.actor) ? campaign.revision : null;
    const rows = toRows(rules, { ...call, actorId: call.actor.id, labelRevision }, plan, now);
    executions.push(rows.execution);
    for (const message of rows.messages) messages.push(message);
    from = to;
  }
  return { executions, messages };
}

export function toOpenCall(call: ActorCall, campaign: AcceptingCampaign, now: Date | null, options: PlanOptions): OpenCall {
  const rules = toRules(campaign, options);
  return { call, campaign, rules, now, candidates: call.recipients.map((recipient) => toCandidate(rules, recipient)) };
}

export function toQuestions(open: readonly OpenCall[]): Question[] {
  return open.flatMap(({ rules, candidates }) => candidates.map((candidate) => ({ rules, candidate })));
}

export async function schemasOf(
  context: () => Context,
  open: readonly OpenCall[],
  schemas: ContextSchemas,
): Promise<Map<string, ContextSchema | null>> {
  const found = new Map<string, ContextSchema | null>();
  for (const { campaign } of open)
    if (campaign.hasContextSchema && campaign.versionId && !found.has(campaign.versionId))
      found.set(campaign.versionId, await schemas.get(context(), campaign.versionId));
  return found;
}

export function toRules(campaign: AcceptingCampaign, options: PlanOptions): AcceptRules {
  invariant(campaign.versionId, `campaign ${campaign.id} runs without a version`);
  return {
    campaignId: campaign.id,
    versionId: campaign.versionId,
    namespace: campaign.namespace,
    channel: campaign.channel,
    category: campaign.category,
    createProfiles: campaign.createProfiles,
    highThroughput: campaign.highThroughput,
    unknownConsentIsConsent: options.unknownConsentIsConsent,
    defaultCountry: campaign.defaultCountry,
  };
}

/** Executions as they were written, for whoever asked for them: reading them back would be a question for every call. */
export function toExecutions(planned: readonly NewExecution[], written: readonly WrittenExecution[]): Map<string, Execution> {
  const instants = new Map(written.map((row) => [row.id, row]));
  const executions = new Map<string, Execution>();
  for (const { plannedSeconds: _seconds, labelRevision: _revision, defaultCountry: _country, ...execution } of planned) {
    const row = instants.get(execution.id);
    if (row) executions.set(execution.id, { ...execution, ...toInstants(execution, row), erasedAt: null });
  }
  return executions;
}

function toInstants(execution: Pick<NewExecution, "status" | "executeAt">, row: WrittenExecution) {
  const acceptedAt = parseInstant(row.acceptedAt);
  return {
    acceptedAt,
    executeAt: execution.executeAt === null ? null : new Date(execution.executeAt),
    plannedFinishAt: parseInstantOrNull(row.plannedFinishAt),
    windowEndsAt: parseInstant(row.windowEndsAt),
    finishedAt: execution.status === "FINISHED" ? acceptedAt : null,
  };
}
