import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export type Calling = { readonly url: string; readonly key: string; readonly campaignId: string; readonly name: string };
export type Experience = { readonly waits: readonly number[]; readonly faults: readonly string[] };

export type HonestCaller = {
  /** How long the calls since the last question took, in milliseconds, and what went wrong; waits for those under way. */
  experience(): Promise<Experience>;
  stop(): Promise<void>;
};

/** Somebody who uses the server as it is meant, from a process of their own. */
export async function startHonestCaller(calling: Calling): Promise<HonestCaller> {
  const child = fork(join(import.meta.dirname, "honest-caller-process.ts"), [JSON.stringify(calling)], { execArgv: [] });
  await once(child, "message");
  return {
    async experience() {
      child.send("experience");
      const [said] = (await once(child, "message")) as [Experience];
      return said;
    },
    async stop() {
      child.disconnect();
      await once(child, "exit");
    },
  };
}

/** The wait that all but one in a hundred stay under. */
export function p99Of(waits: readonly number[]): number {
  const sorted = waits.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.99) - 1)] ?? Number.POSITIVE_INFINITY;
}
