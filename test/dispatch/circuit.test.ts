import fc from "fast-check";
import { expect, test } from "vitest";
import type { Outcome } from "../../src/channels/index.ts";
import { type Circuit, type CircuitEvent, circuitRoom, closedCircuit, nextCircuit } from "../../src/dispatch/circuit.ts";
import { cases, random } from "../support/random-cases.ts";

const failuresMax = 5;
const limits = { inFlightMax: 40, failuresMax };

const down = { kind: "deferred", reason: "421 not for person@example.com", code: "421", isProviderDown: true } as const;
const lost = { kind: "unknown", reason: "The connection broke." } as const;
const greylisted: Outcome = { kind: "deferred", reason: "451 4.7.1 Greylisted" };
const sent: Outcome = { kind: "sent", providerMessageId: "1" };
const rejected: Outcome = { kind: "rejected", reason: "550 5.1.1 No such user" };

const outcomeOf = (outcome: Outcome, key = "some"): CircuitEvent => ({ kind: "outcome", key, outcome });
const pauseOver: CircuitEvent = { kind: "pause-over" };
const handedOver = (key: string): CircuitEvent => ({ kind: "handed-over", key });

const after = (events: readonly CircuitEvent[], circuit: Circuit = closedCircuit): Circuit =>
  events.reduce((present, event) => nextCircuit(present, event, failuresMax), circuit);

const failures = (count: number, outcome: Outcome = down): CircuitEvent[] =>
  Array.from({ length: count }, () => outcomeOf(outcome));
const opened = after(failures(5));

test.each([
  ["refused connections", down, "421"],
  ["connections that break without an answer", lost, "NO_ANSWER"],
])("five %s in a row open the circuit, four do not [D19]", (_name, outcome, reason) => {
  expect(after(failures(4, outcome)).state).toBe("CLOSED");
  expect(after(failures(5, outcome))).toMatchObject({
    state: "OPEN",
    pauseSeconds: 1,
    // Never the server's words: they may name a recipient, and this is logged.
    reason,
  });
});

test.each([
  ["sent", sent],
  ["put off", greylisted],
  ["refused", rejected],
])(
  "a message that is %s proves the provider up, whatever the state: the circuit is closed and counts from none [D19]",
  (_name, outcome) => {
    const probing = after([pauseOver, handedOver("probe")], opened);
    for (const circuit of [after(failures(4)), opened, after([pauseOver], opened), probing])
      expect(after([outcomeOf(outcome)], circuit)).toEqual(closedCircuit);
  },
);

test("nothing goes while it is open, one message once the pause is over, and no second one beside it [D19]", () => {
  expect(circuitRoom(opened, 0, limits)).toBe(0);
  const halfOpen = after([pauseOver], opened);
  expect(circuitRoom(halfOpen, 0, limits)).toBe(1);
  // Others may still be under way since before.
  expect(circuitRoom(halfOpen, 30, limits)).toBe(1);
  expect(circuitRoom(after([handedOver("probe")], halfOpen), 1, limits)).toBe(0);
});

test("pauses last 1, 2, 4 … 60 seconds, and never less than the provider asked for [D19]", () => {
  const pauses: number[] = [];
  let circuit = opened;
  for (let opening = 0; opening < 9; opening += 1) {
    pauses.push(circuit.state === "OPEN" ? circuit.pauseSeconds : Number.NaN);
    circuit = after([pauseOver, handedOver("probe"), outcomeOf(down, "probe")], circuit);
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  const asking: Outcome = { kind: "deferred", reason: "429", isProviderDown: true, retryAfterSeconds: 90 };
  expect(after(failures(5, asking))).toMatchObject({ pauseSeconds: 90 });
  expect(after(failures(5, { ...asking, retryAfterSeconds: 0.2 }))).toMatchObject({ pauseSeconds: 1 });
  expect(after(failures(5, { ...asking, retryAfterSeconds: 1e12 }))).toMatchObject({ pauseSeconds: 86_400 });
});

test("what was handed over before it opened and fails late neither lengthens the pause nor counts as the probe", () => {
  expect(after(failures(30), opened)).toBe(opened);
  const probing = after([pauseOver, handedOver("probe")], opened);
  expect(after(failures(30), probing)).toBe(probing);
});

test("after a first failure no more is under way than decides the matter", () => {
  expect(circuitRoom(closedCircuit, 0, limits)).toBe(40);
  expect(circuitRoom(after(failures(1)), 39, limits)).toBe(0);
  expect(circuitRoom(after(failures(1)), 1, limits)).toBe(3);
  expect(circuitRoom(after(failures(4)), 0, limits)).toBe(1);
});

test(
  "whatever happens: a provider that answers again is always found out, and a dead one gets one message a pause",
  random,
  () => {
    const event = fc.oneof(
      fc.constantFrom(...[down, lost, greylisted, sent, rejected].map((outcome) => outcomeOf(outcome))),
      fc.constantFrom(pauseOver, handedOver("probe"), outcomeOf(down, "probe"), outcomeOf(sent, "probe")),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const circuit = after(events);
        const room = circuitRoom(circuit, 0, limits);
        if (circuit.state === "OPEN") expect(circuit.pauseSeconds).toBeGreaterThanOrEqual(1);
        if (circuit.state !== "CLOSED") expect(room).toBeLessThanOrEqual(1);
        // Never stuck: a pause ends, a probe can go, and its answer closes the circuit.
        const tried =
          circuit.state === "CLOSED" ? circuit : after([pauseOver, handedOver("last"), outcomeOf(sent, "last")], circuit);
        expect(circuitRoom(tried, 0, limits)).toBeGreaterThan(0);
      }),
      cases,
    );
  },
);
