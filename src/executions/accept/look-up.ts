import { createMinimalProfiles, type RecipientFacts, resolveRecipients } from "../../profiles/index.ts";
import type { Queries } from "../../storage/index.ts";
import { judgeRecipient } from "../judge-recipient.ts";
import type { Candidate } from "./candidate.ts";
import type { AcceptRules } from "./plan-execution.ts";

export type Question = { readonly rules: AcceptRules; readonly candidate: Candidate };

/** What the database knows of every recipient; people whom a campaign with createProfiles meets first are created. */
export async function lookUpRecipients(
  ctx: Queries,
  questions: readonly Question[],
  options: { readonly create: boolean },
): Promise<RecipientFacts[]> {
  const facts = await resolveRecipients(
    ctx,
    questions.map(({ candidate }) => candidate),
  );
  if (!options.create) return facts;
  const missing = questions.flatMap((question, index) =>
    isToCreate(question, facts[index]) ? [{ candidate: question.candidate, index }] : [],
  );
  if (missing.length === 0) return facts;
  const people = missing.map(({ candidate }) => candidate);
  await createMinimalProfiles(
    ctx,
    people.map(({ identity }) => identity),
  );
  const created = await resolveRecipients(ctx, people);
  for (const [position, { index }] of missing.entries()) {
    const found = created[position];
    if (found) facts[index] = found;
  }
  return facts;
}

/** Whether the campaign creates this person: not one whose identity cannot be an address, whom nothing would ever reach. */
export function isToCreate(question: Question | undefined, facts: RecipientFacts | undefined): boolean {
  if (!question || !facts || facts.profileId !== null || !question.rules.createProfiles) return false;
  const { rules, candidate } = question;
  return candidate.type !== "EXTERNAL" && judgeRecipient(rules, candidate, facts).exclusion?.reason !== "ADDRESS_INVALID";
}
