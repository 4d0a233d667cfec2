import { expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";

const leaseOf = (LEASE_SECONDS: string) => readConfig({ LEASE_SECONDS }).dispatch.leaseSeconds;

test("the longest lease leaves time to recover within 60 seconds of a death: a longer one is refused at the start [D39]", () => {
  const sweepSeconds = 2;
  expect(leaseOf("50") + 2 * sweepSeconds).toBeLessThan(60);
  expect(() => leaseOf("51")).toThrow(/LEASE_SECONDS/);
});
