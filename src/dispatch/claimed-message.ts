import type { OutgoingMessage } from "../channels/index.ts";
import { type Exclusion, openContext, refuse, renderRecipient } from "../executions/index.ts";
import type { Sealer } from "../storage/index.ts";
import { unsettledRow } from "./settled-row.ts";
import type { ClaimedRow } from "./sql/claim-messages.ts";
import type { SettledRow } from "./sql/settle-messages.ts";
import type { LoadedVersion } from "./version-cache.ts";

/** A message on its way through the engine. */
export type ClaimedMessage = { readonly row: ClaimedRow; readonly version: LoadedVersion; readonly campaignId: string };

export type PreparedMessage = ClaimedMessage & { readonly outgoing: OutgoingMessage };

export type PrepareOptions = {
  readonly unknownConsentIsConsent: boolean;
  readonly unsubscribeUrl: (messageId: string, address: string) => string;
  /** Opens what a replayed message kept. */
  readonly sealer: Sealer;
  readonly now: () => Date;
};

export type Prepared =
  | { readonly kind: "ready"; readonly message: PreparedMessage }
  /** It never reaches a provider. */
  | { readonly kind: "unsent"; readonly settled: SettledRow };

/** The last look before a message goes out: judged once more, then rendered. Pure. */
export function prepareMessage(claimed: ClaimedMessage, options: PrepareOptions): Prepared {
  const { row, version, campaignId } = claimed;
  const exclusion = judgeAgain(claimed, options);
  if (exclusion) return excluded(claimed, exclusion);
  const given = row.sealed ? openContext(options.sealer, row.id, row.sealed) : row;
  if (!given) return unreadable(claimed);
  const { context, profileData } = given;
  const verdict = renderRecipient(
    version.compiled,
    { attributes: row.attributes, context, profileData },
    {
      id: row.id,
      unsubscribeUrl: (id) => options.unsubscribeUrl(id, row.address),
      missingContext: version.missingContext,
      now: options.now(),
    },
  );
  if (verdict.kind === "excluded") return excluded(claimed, verdict.exclusion);
  const { id: key, executionId, userId, address } = row;
  return {
    kind: "ready",
    message: { ...claimed, outgoing: { key, campaignId, executionId, userId, address, content: verdict.message } },
  };
}

const cancelled: Exclusion = {
  reason: "EXECUTION_CANCELLED",
  detail: "The execution was cancelled before this message was sent.",
};

/** What becomes of a message whose execution was cancelled after it was prepared. Pure. */
export function settleCancelled(claimed: ClaimedMessage): SettledRow {
  return excludedRow(claimed, cancelled);
}

function excluded(claimed: ClaimedMessage, exclusion: Exclusion): Prepared {
  return { kind: "unsent", settled: excludedRow(claimed, exclusion) };
}

function excludedRow(claimed: ClaimedMessage, { reason, detail }: Exclusion): SettledRow {
  return { ...unsettledRow(claimed), status: "EXCLUDED", exclusion: reason, exclusionDetail: detail };
}

/** FAILED, not excluded: with the secret restored it can be replayed. */
function unreadable(claimed: ClaimedMessage): Prepared {
  const error =
    "What this message kept cannot be opened with this server's secret. Restore secret.key or ENVOI_SECRET, then retry.";
  return { kind: "unsent", settled: { ...unsettledRow(claimed), status: "FAILED", error, errorCode: "SECRET_UNREADABLE" } };
}

function judgeAgain({ row, version }: ClaimedMessage, options: PrepareOptions): Exclusion | null {
  if (row.isCancelled) return cancelled;
  if (row.isLate)
    return { reason: "RATE_WINDOW_EXCEEDED", detail: "The 12 hours of this execution ended before this message could be sent." };
  return refuse({ category: version.category, unknownConsentIsConsent: options.unknownConsentIsConsent }, row);
}
