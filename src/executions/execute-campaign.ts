import { requirePermission } from "../access/index.ts";
import type { Context } from "../storage/index.ts";
import type { Acceptor } from "./accept/acceptor.ts";
import { type ExecuteCampaignInput, parseCall } from "./accept/parse-call.ts";
import type { Execution } from "./execution.entity.ts";
import { getExecution } from "./find-execution.ts";

export type ExecuteDependencies = { readonly acceptor: Acceptor; readonly recipientsMax: number };
export type ExecutedCampaign = { readonly execution: Execution; readonly replayed: boolean };

/**
 * Triggers a campaign. When it returns, the execution and every message are committed. The same requestId with the
 * same arguments returns the first execution again; see docs/delivery-contract.md.
 */
export async function executeCampaign(
  ctx: Context,
  input: ExecuteCampaignInput,
  dependencies: ExecuteDependencies,
): Promise<ExecutedCampaign> {
  requirePermission(ctx, "campaigns:execute");
  const call = parseCall(input, dependencies);
  const accepted = await dependencies.acceptor.accept({ ...call, actor: ctx.actor });
  return "execution" in accepted
    ? { execution: accepted.execution, replayed: false }
    : { execution: await getExecution(ctx, accepted.replayedId), replayed: true };
}
