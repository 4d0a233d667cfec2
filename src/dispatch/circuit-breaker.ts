import { setTimeout as pause } from "node:timers/promises";
import type { Outcome } from "../channels/index.ts";
import { type Circuit, type CircuitEvent, circuitRoom, closedCircuit, nextCircuit } from "./circuit.ts";

/** For people: why nothing goes to a provider, since when, and when it is tried again. */
export type CircuitStatus = {
  readonly state: Circuit["state"];
  /** The code of the failure that opened it, such as ECONNREFUSED. */
  readonly reason: string | null;
  readonly since: Date | null;
  /** Null when it is closed, or being tried. */
  readonly retryAt: Date | null;
};

export type CircuitBreaker = {
  readonly state: Circuit["state"];
  readonly status: CircuitStatus;
  /** Nothing may be handed over at present. */
  readonly isShut: boolean;
  /** How many more may be handed over. */
  room(inFlight: number, inFlightMax: number): number;
  /** Of what goes together, the first. */
  handedOver(key: string): void;
  observe(key: string, outcome: Outcome): void;
  /** Forgets everything and says nothing more. */
  stop(): void;
};

export type CircuitBreakerOptions = {
  /** So many failures in a row open it. */
  readonly failuresMax: number;
  readonly now: () => Date;
  readonly onOpen: (status: CircuitStatus) => void;
  /** A probe may go. */
  readonly onHalfOpen: () => void;
  readonly onClose: () => void;
};

/** Keeps a circuit: pauses are measured on the process's monotonic clock, so that a changed clock cannot stretch one. */
export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  const { failuresMax, now } = options;
  const stopping = new AbortController();
  let circuit: Circuit = closedCircuit;
  let since: Date | null = null;
  let retryAt: Date | null = null;

  const status = (): CircuitStatus => {
    const reason = circuit.state === "CLOSED" ? null : circuit.reason;
    return { state: circuit.state, reason, since, retryAt };
  };

  const waitOut = async (opened: Circuit, seconds: number): Promise<void> => {
    await pause(seconds * 1000, undefined, { signal: stopping.signal }).catch(() => undefined);
    // Unless it was closed meanwhile, and perhaps opened again: that pause is another one.
    if (circuit === opened) apply({ kind: "pause-over" });
  };

  const apply = (event: CircuitEvent): void => {
    const before = circuit;
    if (stopping.signal.aborted) return;
    circuit = nextCircuit(before, event, failuresMax);
    if (circuit.state !== before.state) enter(circuit);
  };

  const enter = (entered: Circuit): void => {
    const at = now();
    retryAt = entered.state === "OPEN" ? new Date(at.getTime() + entered.pauseSeconds * 1000) : null;
    since = entered.state === "CLOSED" ? null : (since ?? at);
    if (entered.state === "OPEN") void waitOut(entered, entered.pauseSeconds);
    const tell = { OPEN: options.onOpen, HALF_OPEN: options.onHalfOpen, CLOSED: options.onClose }[entered.state];
    tell(status());
  };

  return {
    get state() {
      return circuit.state;
    },
    get status() {
      return status();
    },
    get isShut() {
      return circuit.state === "OPEN" || (circuit.state === "HALF_OPEN" && circuit.probeKey !== null);
    },
    room: (inFlight, inFlightMax) => circuitRoom(circuit, inFlight, { inFlightMax, failuresMax }),
    handedOver: (key) => apply({ kind: "handed-over", key }),
    observe: (key, outcome) => apply({ kind: "outcome", key, outcome }),
    stop: () => stopping.abort(),
  };
}
