import type { BounceClass } from "../../feedback-event.ts";
import type { Verdict } from "../../http/outcome.ts";

type Meaning = {
  /** In answer to a request, where the status does not say it. */
  readonly verdict?: Verdict;
  readonly pauseSeconds?: number;
  /** In a report. */
  readonly bounceClass?: BounceClass;
  readonly isOptOut?: true;
};

/** Of Twilio's error codes those that say more than the status of the answer. All others of an answer are about its message. */
const meanings: Readonly<Record<string, Meaning>> = {
  // The account.
  20003: { verdict: "DOWN" },
  20005: { verdict: "DOWN" },
  30002: { verdict: "DOWN", bounceClass: "POLICY" },
  // The sender that the configuration names: every message would meet it.
  21212: { verdict: "DOWN" },
  21603: { verdict: "DOWN" },
  21606: { verdict: "DOWN" },
  21659: { verdict: "DOWN" },
  // Too many calls at once, which were not processed; queues that are full; the day's share.
  20429: { verdict: "THROTTLED", pauseSeconds: 1 },
  21611: { verdict: "THROTTLED", pauseSeconds: 5 },
  30001: { verdict: "THROTTLED", pauseSeconds: 5, bounceClass: "SOFT" },
  63038: { verdict: "THROTTLED", pauseSeconds: 600 },
  // The address.
  21211: { verdict: "REJECTED", bounceClass: "HARD" },
  21614: { verdict: "REJECTED", bounceClass: "HARD" },
  30005: { verdict: "REJECTED", bounceClass: "HARD" },
  30006: { verdict: "REJECTED", bounceClass: "HARD" },
  21610: { verdict: "REJECTED", bounceClass: "HARD", isOptOut: true },
  // The message, by the fault of whoever sends: the address is not dead.
  21408: { verdict: "REJECTED", bounceClass: "POLICY" },
  21612: { verdict: "REJECTED", bounceClass: "POLICY" },
  30004: { bounceClass: "POLICY" },
  30007: { verdict: "REJECTED", bounceClass: "POLICY" },
  30034: { verdict: "REJECTED", bounceClass: "POLICY" },
  // Perhaps not for ever.
  30003: { bounceClass: "SOFT" },
  30008: { bounceClass: "SOFT" },
};

const nothing: Meaning = {};

export function meaningOf(code: string | null | undefined): Meaning {
  return (code && Object.hasOwn(meanings, code) && meanings[code]) || nothing;
}
