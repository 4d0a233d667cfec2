import { unreachable } from "../base/index.ts";
import type { Outcome } from "../channels/index.ts";

/**
 * Whether a provider answers at all. CLOSED: messages go. OPEN: none goes until the pause is over. HALF_OPEN: one goes,
 * the probe, and its outcome decides.
 */
export type Circuit =
  | { readonly state: "CLOSED"; readonly failures: number }
  | { readonly state: "OPEN"; readonly openings: number; readonly pauseSeconds: number; readonly reason: string }
  | { readonly state: "HALF_OPEN"; readonly openings: number; readonly probeKey: string | null; readonly reason: string };

export type CircuitEvent =
  | { readonly kind: "outcome"; readonly key: string; readonly outcome: Outcome }
  | { readonly kind: "pause-over" }
  | { readonly kind: "handed-over"; readonly key: string };

export const closedCircuit: Circuit = { state: "CLOSED", failures: 0 };

const firstPauseSeconds = 1;
const pauseSecondsMax = 60;
/** A provider may ask for more than that, not for anything. */
const askedSecondsMax = 86_400;

/** `failuresMax` failures without anything else between them open the circuit. Pure. */
export function nextCircuit(circuit: Circuit, event: CircuitEvent, failuresMax: number): Circuit {
  switch (event.kind) {
    case "outcome":
      return isFailure(event.outcome) ? afterFailure(circuit, event, failuresMax) : closedCircuit;
    case "pause-over": {
      if (circuit.state !== "OPEN") return circuit;
      const { openings, reason } = circuit;
      return { state: "HALF_OPEN", openings, probeKey: null, reason };
    }
    case "handed-over":
      return circuit.state === "HALF_OPEN" ? { ...circuit, probeKey: event.key } : circuit;
    default:
      return unreachable(event);
  }
}

/** How many more messages may be handed over. Pure. */
export function circuitRoom(circuit: Circuit, inFlight: number, limits: { inFlightMax: number; failuresMax: number }): number {
  switch (circuit.state) {
    case "CLOSED": {
      // What is under way when the provider goes away fails too: after a first failure no more of it than decides the matter.
      const { inFlightMax, failuresMax } = limits;
      const max = circuit.failures === 0 ? inFlightMax : Math.min(inFlightMax, failuresMax - circuit.failures);
      return Math.max(0, max - inFlight);
    }
    case "OPEN":
      return 0;
    case "HALF_OPEN":
      return circuit.probeKey === null ? 1 : 0;
    default:
      return unreachable(circuit);
  }
}

type Failed = Extract<CircuitEvent, { kind: "outcome" }>;

function afterFailure(circuit: Circuit, { key, outcome }: Failed, failuresMax: number): Circuit {
  switch (circuit.state) {
    case "CLOSED":
      return circuit.failures + 1 < failuresMax ? { state: "CLOSED", failures: circuit.failures + 1 } : opened(1, outcome);
    case "OPEN":
      // Handed over before it opened.
      return circuit;
    case "HALF_OPEN":
      return key === circuit.probeKey ? opened(circuit.openings + 1, outcome) : circuit;
    default:
      return unreachable(circuit);
  }
}

/** Longer each time, and never shorter than the provider asked for. */
function opened(openings: number, outcome: Outcome): Circuit {
  const doubled = Math.min(pauseSecondsMax, firstPauseSeconds * 2 ** Math.min(20, openings - 1));
  const asked = outcome.kind === "deferred" ? Math.min(askedSecondsMax, outcome.retryAfterSeconds ?? 0) : 0;
  return { state: "OPEN", openings, pauseSeconds: Math.max(doubled, asked), reason: reasonOf(outcome) };
}

/** A code, never the provider's words: this goes to logs and to health, and words may name a recipient. */
function reasonOf(outcome: Outcome): string {
  return (outcome.kind === "sent" ? undefined : outcome.code) ?? "NO_ANSWER";
}

/** A provider that takes bodies and never says what became of them is as good as down. An answer about a message is not. */
function isFailure(outcome: Outcome): boolean {
  return outcome.kind === "unknown" || (outcome.kind === "deferred" && outcome.isProviderDown === true);
}
