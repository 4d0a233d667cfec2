import { isWithinReach } from "../../access/index.ts";
import { type AppError, conflict, notFound, unavailable } from "../../base/index.ts";
import { isEnded } from "../../campaigns/index.ts";
import { type Context, inTransaction, parseInstant, parseInstantOrNull, run } from "../../storage/index.ts";
import type { ContextSchemas } from "../context-schemas.ts";
import type { Execution } from "../execution.entity.ts";
import { insertExecutions, insertMessages } from "../sql/insert-executions.ts";
import {
  type AcceptingCampaign,
  type KnownExecution,
  lockOwed,
  selectCampaignsToAccept,
} from "../sql/select-campaigns-to-accept.ts";
import { kindFault } from "./call-kind.ts";
import { lookUpRecipients } from "./look-up.ts";
import { inPieces } from "./pieces.ts";
import { type ActorCall, type OpenCall, planWrites, schemasOf, toExecutions, toOpenCall, toQuestions } from "./plan-calls.ts";

export type AcceptResult =
  | { readonly kind: "accepted"; readonly execution: Execution; readonly campaign: AcceptingCampaign }
  | { readonly kind: "replayed"; readonly executionId: string }
  | { readonly kind: "refused"; readonly error: AppError }
  /** The campaign's start has come and the clock was not there yet: start it and ask again. */
  | { readonly kind: "start-due" };

export type AcceptOptions = {
  readonly unknownConsentIsConsent: boolean;
  readonly contextSchemas: ContextSchemas;
  /** Asked right before the commit: true rolls everything back. */
  readonly isExpired: () => boolean;
  readonly statementTimeoutMilliseconds: number;
};

/** Somebody else's call with one of the requestIds came first, after our look. Nothing is kept; asking again finds the first execution. */
export class LostRaceError extends Error {
  override name = "LostRaceError";
}

/**
 * Accepts several calls in one transaction, in a fixed number of statements. Each call gets a result of its own:
 * one that is refused takes nothing from the others. No two calls may have the same campaign and requestId.
 */
export async function acceptCalls(ctx: Context, calls: readonly ActorCall[], options: AcceptOptions): Promise<AcceptResult[]> {
  return inTransaction(ctx, async (tx) => {
    const rows = await run(tx, selectCampaignsToAccept(calls, options.statementTimeoutMilliseconds));
    const campaigns = new Map(rows.map((row) => [row.id, row]));
    const known = rows.flatMap((row) => row.known);
    const results = calls.map((call) => answerOf(call, campaigns.get(call.campaignId), known));
    const open = calls.flatMap((call, index) => {
      const campaign = campaigns.get(call.campaignId);
      if (results[index] !== null || !campaign) return [];
      return [{ ...toOpenCall(call, campaign, parseInstant(campaign.now), options), index }];
    });
    const executions = await write(tx, open, options);
    if (options.isExpired()) throw timedOut();
    for (const [position, { index, campaign }] of open.entries()) {
      const execution = executions[position];
      if (execution) results[index] = { kind: "accepted", execution, campaign };
    }
    return results.map((result) => result ?? { kind: "refused", error: timedOut() });
  });
}

export function timedOut(): AppError {
  return unavailable(
    "TIMED_OUT",
    "The call could not be stored in time and was rolled back. Send it again with the same requestId.",
    { retryable: true },
  );
}

/** Null when the campaign takes the call. What lies outside the caller's reach does not exist, nor what was executed there. */
function answerOf(
  call: ActorCall,
  campaign: AcceptingCampaign | undefined,
  known: readonly KnownExecution[],
): AcceptResult | null {
  if (!campaign || !isWithinReach(call.actor, campaign))
    return refused(notFound("CAMPAIGN_NOT_FOUND", `There is no campaign ${call.campaignId}.`, { id: call.campaignId }));
  return answerFromRecords(call, known) ?? checkCampaignOf(call, campaign);
}

/** The same requestId again: the first execution for the same arguments, an error for others. */
function answerFromRecords(call: ActorCall, known: readonly KnownExecution[]): AcceptResult | null {
  const first = known.find((execution) => execution.campaignId === call.campaignId && execution.requestId === call.requestId);
  if (!first) return null;
  if (call.fingerprint.toString("hex") === first.fingerprint) return { kind: "replayed", executionId: first.id };
  return refused(
    conflict(
      "REQUEST_ID_REUSED",
      "This requestId was used for this campaign with other arguments. Take a new requestId for a new execution.",
      {
        executionId: first.id,
      },
    ),
  );
}

const refused = (error: AppError): AcceptResult => ({ kind: "refused", error });

function checkCampaignOf(call: ActorCall, campaign: AcceptingCampaign): AcceptResult | null {
  const now = parseInstant(campaign.now);
  const window = { opensAt: parseInstantOrNull(campaign.opensAt), closesAt: parseInstantOrNull(campaign.closesAt) };
  if (campaign.status === "SCHEDULED" && window.opensAt && window.opensAt <= now) return { kind: "start-due" };
  const startsAt = call.executeAt ?? now;
  const isOutside = (window.opensAt && startsAt < window.opensAt) || (window.closesAt && startsAt >= window.closesAt);
  if (isOutside && campaign.status !== "DRAFT") return refused(outsideWindow(startsAt, window));
  if (campaign.status !== "LIVE" && campaign.status !== "PAUSED") return refused(notLive(campaign));
  const fault = kindFault(call.kind, campaign);
  if (fault) return refused(fault);
  return call.executeAt && call.executeAt < now ? refused(executeAtPast(call.executeAt, now)) : null;
}

function outsideWindow(at: Date, window: { readonly opensAt: Date | null; readonly closesAt: Date | null }): AppError {
  const from = window.opensAt?.toISOString() ?? "its activation";
  const to = window.closesAt?.toISOString() ?? "it is stopped";
  return conflict("OUTSIDE_WINDOW", `The campaign runs from ${from} until ${to}; ${at.toISOString()} lies outside.`, {
    startAt: window.opensAt?.toISOString() ?? null,
    endAt: window.closesAt?.toISOString() ?? null,
    at: at.toISOString(),
  });
}

function notLive(campaign: AcceptingCampaign): AppError {
  return conflict(
    "CAMPAIGN_NOT_LIVE",
    `The campaign is ${campaign.status}; only a LIVE or PAUSED one can be executed. ${isEnded(campaign.status) ? "Duplicate it and activate the copy." : "Activate it first."}`,
    {
      status: campaign.status,
    },
  );
}

function executeAtPast(executeAt: Date, now: Date): AppError {
  return conflict(
    "OUTSIDE_WINDOW",
    `executeAt, ${executeAt.toISOString()}, is already past: it is ${now.toISOString()}. Leave it out to send at once.`,
  );
}

async function write(ctx: Context, open: readonly OpenCall[], options: AcceptOptions): Promise<Execution[]> {
  if (open.length === 0) return [];
  const limited = [...new Set(open.filter(({ campaign }) => campaign.deliveryRate !== null).map(({ campaign }) => campaign.id))];
  const owed = new Map<string, number>();
  if (limited.length > 0) for (const row of await run(ctx, lockOwed(limited))) owed.set(row.campaignId, row.owed);
  const facts = await lookUpRecipients(ctx, toQuestions(open), { create: true });
  const writes = planWrites(open, { facts, owed, schemas: await schemasOf(() => ctx, open, options.contextSchemas) });
  const [first = [], ...further] = inPieces(writes.messages);
  const rows = await run(ctx, insertExecutions(writes.executions, first, { ifUnchanged: false }));
  const written = toExecutions(writes.executions, rows);
  const executions = writes.executions.map((execution) => {
    const stored = written.get(execution.id);
    if (!stored) throw new LostRaceError("another process committed one of these requestIds first");
    return stored;
  });
  for (const piece of further) await run(ctx, insertMessages(piece));
  return executions;
}
