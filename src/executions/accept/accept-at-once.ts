import { isWithinReach } from "../../access/index.ts";
import { type Log, toError } from "../../base/index.ts";
import type { RecipientFacts } from "../../profiles/index.ts";
import { type Context, type QuickStatements, run } from "../../storage/index.ts";
import type { ContextSchemas } from "../context-schemas.ts";
import type { Execution } from "../execution.entity.ts";
import { insertExecutions } from "../sql/insert-executions.ts";
import type { AcceptingCampaign } from "../sql/select-campaigns-to-accept.ts";
import { kindFault } from "./call-kind.ts";
import { isToCreate, lookUpRecipients } from "./look-up.ts";
import { fitInOneStatement } from "./pieces.ts";
import { type ActorCall, type OpenCall, planWrites, schemasOf, toExecutions, toOpenCall, toQuestions } from "./plan-calls.ts";
import { groupRecipientsMax } from "./plan-group.ts";

/** After a fault. Behind a pooler that forgets prepared statements it would fail every time. */
const closedMilliseconds = 1000;
/** Campaigns that were executed last. */
const campaignsMax = 10_000;

export type QuickAccept = {
  /** What a transaction read under its lock, for the calls to come. */
  remember(campaign: AcceptingCampaign): void;
  /** The executions of those calls that are committed when it returns. Every other call is as if it had never been here. */
  accept(calls: readonly ActorCall[]): Promise<Map<ActorCall, Execution>>;
};

export type QuickAcceptOptions = {
  readonly statements: QuickStatements;
  readonly context: () => Context;
  readonly contextSchemas: ContextSchemas;
  readonly unknownConsentIsConsent: boolean;
  readonly log: Log;
};

/**
 * The short way in, for calls of campaigns without a delivery rate in which nobody has to be created: two statements and no transaction.
 * It plans for the campaign as it was at an earlier call; the statement that writes looks whether that still holds. It never
 * refuses: what is not written (the campaign was changed, the requestId is known, the database stumbled) takes the
 * long way, `acceptCalls`, which knows the reason.
 */
export function createQuickAccept(options: QuickAcceptOptions): QuickAccept {
  const campaigns = new Map<string, AcceptingCampaign>();
  let closedUntil = 0;

  const openOf = (calls: readonly ActorCall[]): OpenCall[] =>
    calls.flatMap((call) => {
      const campaign = campaigns.get(call.campaignId);
      if (!campaign || call.executeAt !== null || !isWithinReach(call.actor, campaign)) return [];
      if (kindFault(call.kind, campaign)) return [];
      return [toOpenCall(call, campaign, null, options)];
    });

  /** The calls in which nobody has to be created, with what is known of their recipients. */
  const findEverybody = async (asked: readonly OpenCall[]): Promise<{ open: OpenCall[]; facts: RecipientFacts[] }> => {
    const questions = toQuestions(asked);
    const facts = await lookUpRecipients(options.statements, questions, { create: false });
    const found: { open: OpenCall[]; facts: RecipientFacts[] } = { open: [], facts: [] };
    let from = 0;
    for (const entry of asked) {
      const to = from + entry.candidates.length;
      const own = facts.slice(from, to);
      const base = from;
      if (!own.some((known, index) => isToCreate(questions[base + index], known))) {
        found.open.push(entry);
        found.facts.push(...own);
      }
      from = to;
    }
    return found;
  };

  const write = async (asked: readonly OpenCall[]): Promise<Map<ActorCall, Execution>> => {
    const { open, facts } = await findEverybody(asked);
    if (open.length === 0) return new Map();
    const schemas = await schemasOf(options.context, open, options.contextSchemas);
    const writes = planWrites(open, { facts, owed: new Map(), schemas });
    const rows = await run(options.statements, insertExecutions(writes.executions, writes.messages, { ifUnchanged: true }));
    const written = toExecutions(writes.executions, rows);
    const accepted = new Map<ActorCall, Execution>();
    for (const [index, { id }] of writes.executions.entries()) {
      const [call, execution] = [open[index]?.call, written.get(id)];
      if (call && execution) accepted.set(call, execution);
    }
    return accepted;
  };

  return {
    remember(campaign) {
      campaigns.delete(campaign.id);
      if (campaign.deliveryRate !== null) return;
      campaigns.set(campaign.id, campaign);
      const [oldest] = campaigns.keys();
      if (campaigns.size > campaignsMax && oldest !== undefined) campaigns.delete(oldest);
    },
    async accept(calls) {
      if (isLarge(calls) || performance.now() < closedUntil) return new Map();
      const open = openOf(calls);
      if (open.length === 0) return new Map();
      const accepted = await write(open).catch((error) => {
        closedUntil = performance.now() + closedMilliseconds;
        options.log.debug({ err: toError(error) }, "accept: the short way is closed; the calls take the long one");
        return new Map<ActorCall, Execution>();
      });
      for (const { call } of open) if (!accepted.has(call)) campaigns.delete(call.campaignId);
      return accepted;
    },
  };
}

function isLarge(calls: readonly ActorCall[]): boolean {
  const recipients = calls.flatMap((call) => call.recipients);
  return recipients.length > groupRecipientsMax || !fitInOneStatement(recipients);
}
