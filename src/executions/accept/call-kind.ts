import { type AppError, invalid } from "../../base/index.ts";
import type { AcceptingCampaign } from "../sql/select-campaigns-to-accept.ts";

/** Which campaigns a call is for. ANY asks for nothing. */
export const callKinds = { ANY: "ANY", TRANSACTIONAL: "TRANSACTIONAL", HIGH_THROUGHPUT: "HIGH_THROUGHPUT" } as const;
export type CallKind = keyof typeof callKinds;

/** Null when a call of this kind may execute the campaign. Pure. */
export function kindFault(
  kind: CallKind,
  { id, category, highThroughput }: Pick<AcceptingCampaign, "id" | "category" | "highThroughput">,
): AppError | null {
  if (kind === "ANY") return null;
  if (category !== "TRANSACTIONAL")
    return invalid(
      "CAMPAIGN_NOT_TRANSACTIONAL",
      `Campaign ${id} is ${category}; this path executes TRANSACTIONAL ones. Execute it with executeCampaign of GraphQL.`,
      { campaignId: id, category },
    );
  if (kind === "HIGH_THROUGHPUT" && !highThroughput)
    return invalid(
      "CAMPAIGN_NOT_HIGH_THROUGHPUT",
      `The live version of campaign ${id} is not marked highThroughput. Call /im/executions/unitary, or activate a version that is.`,
      { campaignId: id },
    );
  return null;
}
