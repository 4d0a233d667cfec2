import type { Outcome } from "../channels/index.ts";
import type { ClaimedOf, PreparedMessage } from "./claimed-message.ts";
import { nextAttempt } from "./next-attempt.ts";
import type { SettledRow } from "./sql/settle-messages.ts";

export type Sent = { readonly handedAt: Date; readonly retryPeriodSeconds: number; readonly random: number };

/** What is written for a message after its attempt. Pure. */
export function settledRow(message: PreparedMessage, outcome: Outcome, sent: Sent): SettledRow {
  const { attempts, ageSeconds } = message.row;
  const { onUncertain } = message.version;
  const { retryPeriodSeconds, random } = sent;
  return {
    ...unsettledRow(message),
    ...nextAttempt(outcome, { attempts, ageSeconds, retryPeriodSeconds, onUncertain, random }),
    handedAt: sent.handedAt.toISOString(),
  };
}

export function unsettledRow(message: ClaimedOf): SettledRow {
  return {
    id: message.row.id,
    batchId: message.row.batchId,
    campaignId: message.campaignId,
    status: "QUEUED",
    delaySeconds: 0,
    error: null,
    errorCode: null,
    exclusion: null,
    exclusionDetail: null,
    providerMessageId: null,
    handedAt: null,
  };
}
