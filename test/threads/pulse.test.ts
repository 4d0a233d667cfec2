import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { createPulse, watchPulse } from "../../src/threads/index.ts";
import { until } from "../support/until.ts";

/** Beats ten times a second; a message makes it loop for ever. */
const code = `
  const { parentPort, workerData } = require("node:worker_threads");
  setInterval(() => Atomics.add(workerData, 0, 1), 100);
  parentPort.once("message", () => { for (;;); });
`;

test("a thread that loops for ever is told of and can be ended; one that is only late to begin, or works, is not", async () => {
  const pulse = createPulse();
  const silences: string[] = [];
  const watch = watchPulse({ pulse, silenceMilliseconds: 2000, onSilent: () => silences.push("silent") });
  const thread = new Worker(code, { eval: true, workerData: pulse });
  const ended = once(thread, "exit");
  await until("it beats", () => Atomics.load(pulse, 0) > 10);
  expect(silences).toEqual([]);
  thread.postMessage("loop");
  await until("it is found silent", () => silences.length === 1);
  await thread.terminate();
  await ended;
  watch.stop();
});
