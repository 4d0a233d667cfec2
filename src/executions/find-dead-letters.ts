import { requirePermission } from "../access/index.ts";
import { decodeIdCursor, invalid, isId, isStorableText, type Page, type PageInput, pageSize, toPage } from "../base/index.ts";
import { isCampaignVisible } from "../campaigns/index.ts";
import { type Context, run } from "../storage/index.ts";
import { toMessage } from "./find-message.ts";
import { type DeadStatus, deadStatuses, type Message, type MessageStatus } from "./message.ts";
import type { DeadLetterScope } from "./sql/dead-letters-of.ts";
import {
  countDeadLetters,
  type DeadLetterReason,
  selectDeadLetterReasons,
  selectDeadLetters,
} from "./sql/select-dead-letters.ts";

export type DeadLettersInput = PageInput & {
  readonly campaignId: string;
  readonly executionId?: string | null;
  /** Default: both. */
  readonly statuses?: readonly MessageStatus[] | null;
  readonly errorCode?: string | null;
};

/** FAILED and UNCERTAIN messages of a campaign, newest last. */
export async function findDeadLetters(ctx: Context, input: DeadLettersInput): Promise<Page<Message>> {
  requirePermission(ctx, "messages:read");
  const size = pageSize(input);
  const after = decodeIdCursor(input.after);
  const scope = await toScope(ctx, input, input.statuses ? parseDeadStatuses(input.statuses) : deadStatuses);
  const rows = scope ? await run(ctx, selectDeadLetters(scope, { after, limit: size + 1 })) : [];
  return toPage(
    rows.map(toMessage),
    size,
    (message) => message.id,
    async () => (scope ? ((await run(ctx, countDeadLetters(scope)))[0]?.count ?? 0) : 0),
  );
}

/** Why messages of a campaign are dead letters: by status and the provider's code, the most frequent first. */
export async function findDeadLetterReasons(
  ctx: Context,
  input: { readonly campaignId: string; readonly executionId?: string | null },
): Promise<DeadLetterReason[]> {
  requirePermission(ctx, "messages:read");
  const scope = await toScope(ctx, input, deadStatuses);
  return scope ? run(ctx, selectDeadLetterReasons(scope)) : [];
}

/** The statuses named, once each. Refuses an empty list, and any that is not of a dead letter. */
export function parseDeadStatuses(statuses: readonly MessageStatus[]): DeadStatus[] {
  const meant = deadStatuses.filter((status) => statuses.includes(status));
  if (meant.length > 0 && meant.length === new Set(statuses).size) return meant;
  throw invalid("INPUT_INVALID", "statuses must name FAILED, UNCERTAIN or both.", { field: "statuses" });
}

/** Null: there can be none, or none that the caller sees. */
async function toScope(
  ctx: Context,
  { campaignId, executionId = null, errorCode = null }: Pick<DeadLettersInput, "campaignId" | "executionId" | "errorCode">,
  statuses: readonly DeadStatus[],
): Promise<DeadLetterScope | null> {
  if (!isId(campaignId) || (executionId && !isId(executionId)) || !(await isCampaignVisible(ctx, campaignId))) return null;
  // Nothing can have failed under a name that cannot be stored.
  if (errorCode !== null && !isStorableText(errorCode)) return null;
  return { campaignId, executionId, statuses, errorCode, ids: null };
}
