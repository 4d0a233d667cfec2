import { requirePermission } from "../../access/index.ts";
import { invalid, isId } from "../../base/index.ts";
import { announce, type Context, inTransaction, recordEvent, run } from "../../storage/index.ts";
import type { MessageStatus } from "../message.ts";
import { type ResolvedStatus, resolveMessages } from "../sql/resolve-messages.ts";

const idsMax = 5000;
/** Campaigns in one piece of news: NOTIFY takes 8,000 bytes. */
const newsCampaignsMax = 100;

export type ResolveInput = { readonly ids: readonly string[]; readonly as: MessageStatus };

/**
 * A person has looked at the provider: these messages are SENT, or FAILED and can be retried. Returns how many of them
 * were UNCERTAIN; the others stay as they are.
 */
export async function resolveUncertain(ctx: Context, input: ResolveInput): Promise<number> {
  requirePermission(ctx, "messages:resolve");
  const status = parseStatus(input.as);
  const ids = parseIds(input.ids);
  return inTransaction(ctx, async (tx) => {
    const resolved = await run(tx, resolveMessages(ids, status, tx.actor));
    for (const { campaignId, count } of resolved)
      await recordEvent(tx, { type: "messages.resolved", campaignId, data: { as: status, count } });
    const campaignIds = resolved.map((row) => row.campaignId);
    for (let from = 0; from < campaignIds.length; from += newsCampaignsMax)
      await announce(tx, { topic: "messages", campaignIds: campaignIds.slice(from, from + newsCampaignsMax) });
    return resolved.reduce((sum, { count }) => sum + count, 0);
  });
}

function parseStatus(status: MessageStatus): ResolvedStatus {
  if (status === "SENT" || status === "FAILED") return status;
  throw invalid("INPUT_INVALID", "as must be SENT or FAILED: an UNCERTAIN message is one of them.", { field: "as" });
}

/** Nothing can have an id that is none: such ones are passed over, like those of no message. */
function parseIds(ids: readonly string[]): string[] {
  if (ids.length >= 1 && ids.length <= idsMax) return ids.filter(isId);
  throw invalid("INPUT_INVALID", `ids must name 1 to ${idsMax} messages; this call names ${ids.length}.`, { field: "ids" });
}
