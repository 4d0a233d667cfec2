import type { Outcome } from "../outcome.ts";
import type { HttpAnswer } from "./answer.ts";
import { retryAfterSeconds } from "./retry-after.ts";

/**
 * What a status means. SENT: taken. REJECTED: this message, for good. DOWN: the next one would fare the same. THROTTLED: as
 * DOWN, and the provider may say for how long. LATER: this message, later. UNKNOWN: it may have been taken.
 */
export type Verdict = "SENT" | "REJECTED" | "DOWN" | "THROTTLED" | "LATER" | "UNKNOWN";

/**
 * The statuses that say more than their class does. 404 and 405 are about the address that is called, which is the same for
 * every message. Of redirects, 301, 307 and 308 send the request elsewhere; after the others it may have been done.
 */
const verdicts: Readonly<Record<number, Verdict>> = {
  301: "DOWN",
  307: "DOWN",
  308: "DOWN",
  401: "DOWN",
  403: "DOWN",
  404: "DOWN",
  405: "DOWN",
  407: "DOWN",
  408: "LATER",
  425: "LATER",
  429: "THROTTLED",
  501: "DOWN",
  503: "THROTTLED",
};

export function verdictOf(status: number): Verdict {
  const told = verdicts[status];
  if (told) return told;
  if (status >= 200 && status < 300) return "SENT";
  return status >= 400 && status < 500 ? "REJECTED" : "UNKNOWN";
}

/** What a provider's own words change of it. */
export type Words = {
  readonly verdict?: Verdict | undefined;
  /** Its id of the message. */
  readonly id?: string | undefined;
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
  /** For a throttled message, where the provider does not say. */
  readonly pauseSeconds?: number | undefined;
};

const reasonMax = 500;
const idMax = 200;

/**
 * The rule for every provider over HTTP. An answer settles the matter. Without one it depends on how far the request got: before
 * its first byte was written nothing can have been taken. Pure.
 */
export function httpOutcome(answer: HttpAnswer, words: Words = {}, now = new Date()): Outcome {
  if (answer.kind === "failed") {
    const { code, reason, isHandedOver } = answer;
    return isHandedOver ? { kind: "unknown", reason, code } : { kind: "deferred", reason, code, isProviderDown: true };
  }
  const { status, headers } = answer;
  const told = { reason: reasonOf(status, words.reason), code: words.code ?? String(status) };
  const pause = retryAfterSeconds(headers, now) ?? words.pauseSeconds;
  const asked = pause === undefined ? {} : { retryAfterSeconds: pause };
  switch (words.verdict ?? verdictOf(status)) {
    case "SENT":
      return { kind: "sent", providerMessageId: words.id ? words.id.slice(0, idMax) : null };
    case "REJECTED":
      return { kind: "rejected", ...told };
    case "DOWN":
      return { kind: "deferred", ...told, isProviderDown: true };
    case "THROTTLED":
      return { kind: "deferred", ...told, ...asked, isProviderDown: true };
    case "LATER":
      return { kind: "deferred", ...told, ...asked };
    case "UNKNOWN":
      return { kind: "unknown", ...told };
  }
}

/** A provider may say anything; what is kept of it is one line that the database can store. */
function reasonOf(status: number, said: string | undefined): string {
  const redirect = status >= 300 && status < 400 ? ". Redirects are never followed: give the address that it leads to." : "";
  const line = (said ?? "").replace(/[\p{Cc}\s]+/gu, " ").slice(0, reasonMax);
  return `The provider answered ${status}${line ? `: ${line.toWellFormed()}` : redirect}`;
}

/** A short word for a fault, as a provider gives it; undefined where it is none. */
export function codeIn(value: unknown): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && /^[\w.:-]{1,64}$/.test(text) ? text : undefined;
}

export function textIn(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.replaceAll("\0", "").toWellFormed() : undefined;
}
