import { expect, test } from "vitest";
import { nextBytesPerMessage, planClaim } from "../../src/dispatch/plan-claim.ts";

const small = { rate: null, bytesPerMessage: 200, renderedPerMessage: 3_000, bytesMax: 8_000_000, inFlightMax: 1000 };

test.each([
  ["without a rate", small, { limit: 500, batchSize: 250 }],
  ["at a rate: half a second's worth, in batches of 20 ms", { ...small, rate: 165 }, { limit: 83, batchSize: 4 }],
  ["at 2,000 a second", { ...small, rate: 2000 }, { limit: 500, batchSize: 40 }],
  ["at one a second", { ...small, rate: 1 }, { limit: 2, batchSize: 1 }],
  ["few connections", { ...small, inFlightMax: 40 }, { limit: 500, batchSize: 40 }],
  ["a provider that is not open yet", { ...small, inFlightMax: null }, { limit: 500, batchSize: 20 }],
  ["200 KB a recipient", { ...small, bytesPerMessage: 200_000 }, { limit: 40, batchSize: 250 }],
  ["more than the bound in one recipient", { ...small, bytesPerMessage: 20_000_000 }, { limit: 1, batchSize: 250 }],
  ["before anything is known", { ...small, bytesPerMessage: null }, { limit: 40, batchSize: 250 }],
  ["100,000 characters a message", { ...small, renderedPerMessage: 100_000 }, { limit: 500, batchSize: 40 }],
  ["4 million characters a message", { ...small, renderedPerMessage: 4_000_000 }, { limit: 500, batchSize: 1 }],
  ["before anything was rendered", { ...small, renderedPerMessage: null }, { limit: 500, batchSize: 250 }],
  ["while others hold much", { ...small, bytesPerMessage: 200_000, bytesMax: 640_000 }, { limit: 3, batchSize: 250 }],
  ["while nothing more may be held", { ...small, bytesMax: 0 }, { limit: 0, batchSize: 250 }],
])("a claim %s", (_, state, plan) => {
  expect(planClaim(state)).toEqual(plan);
});

test("what is expected of the next claim follows the last ones within a few claims", () => {
  let expected = nextBytesPerMessage(null, [{ bytes: 16_000 }]);
  expect(expected).toBe(16_000);
  for (let claim = 0; claim < 8; claim += 1) expected = nextBytesPerMessage(expected, [{ bytes: 100 }, { bytes: 300 }]);
  expect(expected).toBeLessThan(500);
  expect(nextBytesPerMessage(expected, [{ bytes: 200_000 }])).toBeGreaterThan(100_000);
});
