import type { OutgoingMessage } from "../channels/index.ts";
import type { Exclusion } from "../executions/index.ts";
import { refuse, renderRecipient } from "../executions/index.ts";
import type { ClaimedRow } from "./sql/claim-messages.ts";
import type { LoadedVersion } from "./version-cache.ts";

/** A message on its way through the engine. */
export type ClaimedMessage = { readonly row: ClaimedRow; readonly version: LoadedVersion; readonly campaignId: string };

export type PreparedMessage = ClaimedMessage & { readonly outgoing: OutgoingMessage };

export type PrepareOptions = {
  readonly unknownConsentIsConsent: boolean;
  readonly unsubscribeUrl: (messageId: string, address: string) => string;
};

export type Prepared =
  | { readonly kind: "ready"; readonly message: PreparedMessage }
  | { readonly kind: "excluded"; readonly exclusion: Exclusion };

/** The last look before a message goes out: judged once more, then rendered. Pure. */
export function prepareMessage(claimed: ClaimedMessage, options: PrepareOptions): Prepared {
  const { row, version, campaignId } = claimed;
  const exclusion = judgeAgain(claimed, options);
  if (exclusion) return { kind: "excluded", exclusion };
  const verdict = renderRecipient(version.compiled, row, {
    id: row.id,
    unsubscribeUrl: (id) => options.unsubscribeUrl(id, row.address),
    missingContext: version.missingContext,
  });
  if (verdict.kind === "excluded") return verdict;
  const { id: key, executionId, userId, address } = row;
  return {
    kind: "ready",
    message: { ...claimed, outgoing: { key, campaignId, executionId, userId, address, content: verdict.message } },
  };
}

function judgeAgain({ row, version }: ClaimedMessage, options: PrepareOptions): Exclusion | null {
  if (row.isCancelled)
    return { reason: "EXECUTION_CANCELLED", detail: "The execution was cancelled before this message was sent." };
  if (row.isLate)
    return { reason: "RATE_WINDOW_EXCEEDED", detail: "The 12 hours of this execution ended before this message could be sent." };
  return refuse({ category: version.category, unknownConsentIsConsent: options.unknownConsentIsConsent }, row);
}
