import { toError } from "../base/index.ts";
import type { OutgoingMessage } from "../channels/index.ts";
import { type Exclusion, openContext, parseData, refuse, renderRecipient } from "../executions/index.ts";
import type { Sealer } from "../storage/index.ts";
import { unsettledRow } from "./settled-row.ts";
import { type ClaimedRow, rowBytesMax } from "./sql/claim-messages.ts";
import type { SettledRow } from "./sql/settle-messages.ts";
import type { LoadedVersion } from "./version-cache.ts";

/** A message on its way through the engine. */
export type ClaimedMessage = ClaimedOf & { readonly version: LoadedVersion };

/** Its version may be one that cannot be used. */
export type ClaimedOf = { readonly row: ClaimedRow; readonly campaignId: string };

export type PreparedMessage = ClaimedMessage & {
  readonly outgoing: OutgoingMessage;
  /** Characters of what was rendered. */
  readonly rendered: number;
};

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
  | { readonly kind: "unsent"; readonly settled: SettledRow; readonly cause?: Error };

/** The last look before a message goes out: judged once more, then rendered. Whatever fails here is the fault of this message alone. */
export function prepareMessage(claimed: ClaimedMessage, options: PrepareOptions): Prepared {
  try {
    return judgeAndRender(claimed, options);
  } catch (thrown) {
    return { ...unusable(claimed, faults.message), cause: toError(thrown) };
  }
}

function judgeAndRender(claimed: ClaimedMessage, options: PrepareOptions): Prepared {
  const { row, version, campaignId } = claimed;
  const exclusion = judgeAgain(claimed, options);
  if (exclusion) return excluded(claimed, exclusion);
  const given = row.sealed ? openContext(options.sealer, row.id, row.sealed) : parseData(row);
  if (!given) return unusable(claimed, faults.secret);
  const { context, profileData } = given;
  const attributes = row.attributes === null ? null : JSON.parse(row.attributes);
  const verdict = renderRecipient(
    version.compiled,
    { attributes, context, profileData },
    {
      id: row.id,
      unsubscribeUrl: (id) => options.unsubscribeUrl(id, row.address),
      missingContext: version.missingContext,
      now: options.now(),
    },
  );
  if (verdict.kind === "excluded") return excluded(claimed, verdict.exclusion);
  const { id: key, executionId, userId, address } = row;
  const content = verdict.message;
  const outgoing = { key, campaignId, executionId, userId, address, content };
  return { kind: "ready", message: { ...claimed, outgoing, rendered: charactersOf(content) } };
}

/** Of what may be long: the texts of an SMS and a push message have limits of their own. */
function charactersOf(content: OutgoingMessage["content"]): number {
  if (content.channel !== "EMAIL") return 0;
  const { subject, preheader, html, text } = content;
  return subject.length + (preheader?.length ?? 0) + html.length + (text?.length ?? 0);
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

function excludedRow(claimed: ClaimedOf, { reason, detail }: Exclusion): SettledRow {
  return { ...unsettledRow(claimed), status: "EXCLUDED", exclusion: reason, exclusionDetail: detail };
}

const faults = {
  // With the secret restored it can be replayed.
  secret: {
    errorCode: "SECRET_UNREADABLE",
    error: "What this message kept cannot be opened with this server's secret. Restore secret.key or ENVOI_SECRET, then retry.",
  },
  message: {
    errorCode: "MESSAGE_UNUSABLE",
    error: "This message could not be prepared. The log says why. Other messages of the campaign are not concerned.",
  },
  content: {
    errorCode: "CONTENT_UNUSABLE",
    error: "The content of this message's version cannot be used. The log says why. Activate another version and trigger anew.",
  },
} as const;

/** What becomes of messages whose version cannot be used. Pure. */
export function settleWithoutVersion(claimed: ClaimedOf): SettledRow {
  return unusable(claimed, faults.content).settled;
}

/** Excluded, so that its data is erased: nobody could render it, nor seal it for later. Pure. */
export function settleTooLarge(claimed: ClaimedOf): SettledRow {
  const detail = `Context, profile data and attributes of this recipient have over ${rowBytesMax / 1_000_000} MB together.`;
  return excludedRow(claimed, { reason: "RENDER_ERROR", detail });
}

function unusable(claimed: ClaimedOf, fault: { readonly error: string; readonly errorCode: string }) {
  return { kind: "unsent", settled: { ...unsettledRow(claimed), status: "FAILED", ...fault } } as const;
}

function judgeAgain({ row, version }: ClaimedMessage, options: PrepareOptions): Exclusion | null {
  if (row.isCancelled) return cancelled;
  if (row.isLate)
    return { reason: "RATE_WINDOW_EXCEEDED", detail: "The 12 hours of this execution ended before this message could be sent." };
  return refuse({ category: version.category, unknownConsentIsConsent: options.unknownConsentIsConsent }, row);
}
