import type { CostBudget, Spender } from "../../cost-budget.ts";

/** What reading a document takes that then cannot run. */
const refusedDocumentCost = 500;

/** Refused documents count too: reading them is work. The next request is refused then, not this one. */
export async function chargeRefusedDocument(budget: CostBudget, who: Spender): Promise<void> {
  await budget.spend(who, refusedDocumentCost).catch(() => undefined);
}
