import { unreachable } from "../base/index.ts";
import type { OnUncertain } from "../campaigns/index.ts";
import type { Outcome } from "../channels/index.ts";

export type AttemptState = {
  /** Of this message, the present one included. */
  readonly attempts: number;
  /** Since the first attempt that was put off; time in the queue before it, or paused, does not count. */
  readonly ageSeconds: number;
  readonly retryPeriodSeconds: number;
  readonly onUncertain: OnUncertain;
  /** From 0 to 1: spreads the retries of many messages that failed together. */
  readonly random: number;
};

export type Settlement = {
  readonly status: "SENT" | "QUEUED" | "FAILED" | "UNCERTAIN";
  /** For QUEUED: when it is due again. */
  readonly delaySeconds: number;
  readonly error: string | null;
  /** The provider's short code; a message that is given up keeps the last one. */
  readonly errorCode: string | null;
  readonly providerMessageId: string | null;
};

const firstDelaySeconds = 2;
const delaySecondsMax = 900;
/** A retry that comes a little later each time, and the whole of it spread by a quarter. */
const spread = 0.25;

/** What becomes of a message after an attempt. Pure. */
export function nextAttempt(outcome: Outcome, state: AttemptState): Settlement {
  switch (outcome.kind) {
    case "sent":
      return { status: "SENT", delaySeconds: 0, error: null, errorCode: null, providerMessageId: outcome.providerMessageId };
    case "rejected":
      return ended("FAILED", outcome);
    case "unknown":
      return state.onUncertain === "HOLD" ? ended("UNCERTAIN", outcome) : retry(outcome, state);
    case "deferred":
      return retry(outcome, state);
    default:
      return unreachable(outcome);
  }
}

type Fault = { readonly reason: string; readonly code?: string };

function ended(status: "FAILED" | "UNCERTAIN", { reason, code }: Fault): Settlement {
  return { status, delaySeconds: 0, error: reason, errorCode: code ?? null, providerMessageId: null };
}

function retry(outcome: Extract<Outcome, { kind: "deferred" | "unknown" }>, state: AttemptState): Settlement {
  const { reason, code } = outcome;
  const backoff = Math.min(delaySecondsMax, firstDelaySeconds * 2 ** Math.min(20, state.attempts - 1));
  const asked = outcome.kind === "deferred" ? (outcome.retryAfterSeconds ?? 0) : 0;
  const delaySeconds = Math.max(asked, backoff * (1 - spread + 2 * spread * state.random));
  if (state.ageSeconds + delaySeconds <= state.retryPeriodSeconds)
    return { status: "QUEUED", delaySeconds, error: reason, errorCode: code ?? null, providerMessageId: null };
  // FAILED says that nobody has it, and invites a replay. Of this one nobody knows: a person has to look.
  return ended(outcome.kind === "unknown" ? "UNCERTAIN" : "FAILED", {
    reason: `Given up after ${state.attempts} attempts within the retry period: ${reason}`,
    ...(code === undefined ? {} : { code }),
  });
}
