import { normaliseAddress } from "../../channels/index.ts";
import { createMinimalProfiles, type RecipientFacts, type RecipientLookup, resolveRecipients } from "../../profiles/index.ts";
import type { Queries } from "../../storage/index.ts";
import { givenAddress, judgeRecipient } from "../judge-recipient.ts";
import type { CallRecipient } from "./parse-call.ts";
import { type AcceptRules, toJudged } from "./plan-execution.ts";

export type Question = { readonly rules: AcceptRules; readonly recipient: CallRecipient };

/** What the database knows of every recipient; people whom a campaign with createProfiles meets first are created. */
export async function lookUpRecipients(
  ctx: Queries,
  questions: readonly Question[],
  options: { readonly create: boolean },
): Promise<RecipientFacts[]> {
  const lookups = questions.map(toLookup);
  const facts = await resolveRecipients(ctx, lookups);
  if (!options.create) return facts;
  const missing = lookups.flatMap((lookup, index) => (isToCreate(questions[index], facts[index]) ? [{ lookup, index }] : []));
  if (missing.length === 0) return facts;
  const people = missing.map(({ lookup }) => lookup);
  await createMinimalProfiles(ctx, people);
  const created = await resolveRecipients(ctx, people);
  for (const [position, { index }] of missing.entries()) {
    const found = created[position];
    if (found) facts[index] = found;
  }
  return facts;
}

function toLookup({ rules, recipient }: Question): RecipientLookup {
  const judged = toJudged(recipient, rules);
  const given = givenAddress(judged, rules.channel);
  return {
    channel: rules.channel,
    namespace: judged.namespace,
    userId: judged.userId,
    isExternal: judged.type === "EXTERNAL",
    givenAddress: given === null ? null : (normaliseAddress(rules.channel, given) ?? given),
  };
}

/** Whether the campaign creates this person: not one whose identity cannot be an address, whom nothing would ever reach. */
export function isToCreate(question: Question | undefined, facts: RecipientFacts | undefined): boolean {
  if (!question || !facts || facts.profileId !== null || !question.rules.createProfiles) return false;
  const judged = toJudged(question.recipient, question.rules);
  if (judged.type === "EXTERNAL") return false;
  return judgeRecipient(question.rules, judged, facts).exclusion?.reason !== "ADDRESS_INVALID";
}
