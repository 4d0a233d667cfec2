import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { acceptLargeCalls } from "./accept-large-calls.ts";
import { acceptSmallCalls } from "./accept-small-calls.ts";
import { endToEnd } from "./end-to-end.ts";
import { highThroughput } from "./high-throughput.ts";
import { idleTrigger } from "./idle-trigger.ts";
import { lists } from "./lists.ts";
import { memory } from "./memory.ts";
import { oldMessages } from "./old-messages.ts";
import { exactRates } from "./rates.ts";
import { render } from "./render.ts";
import { restSmallCalls } from "./rest-small-calls.ts";
import { smtp } from "./smtp.ts";
import { start } from "./start.ts";
import { subscribers } from "./subscribers.ts";
import { leaveNothingBehind } from "./support/left-behind.ts";
import type { BenchOptions, Line, Result } from "./support/line.ts";
import { describeMachine } from "./support/machine.ts";
import { startServer } from "./support/server.ts";
import { toMarkdown } from "./support/table.ts";
import { urgent } from "./urgent.ts";

/** In the order of the table in the design; `npm run bench -- accept` runs those whose name contains the word. */
const lines: readonly Line[] = [
  acceptLargeCalls,
  acceptSmallCalls,
  restSmallCalls,
  highThroughput,
  endToEnd,
  smtp,
  exactRates,
  urgent,
  idleTrigger,
  subscribers,
  lists,
  render,
  memory,
  oldMessages,
  start,
];

const usage = `Usage: npm run bench -- [--quick] [--old 10000000] [--node-flags="--cpu-prof"] [part of a line's name]...
Lines: ${lines.map((line) => line.name).join(", ")}
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      old: { type: "string", default: "10000000" },
      "node-flags": { type: "string", default: "" },
      help: { type: "boolean", default: false },
    },
  });
  const chosen = lines.filter(({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)));
  if (values.help || chosen.length === 0) return void process.stdout.write(usage);
  const options: BenchOptions = {
    isQuick: values.quick,
    oldMessages: Number(values.old),
    nodeFlags: values["node-flags"].split(" ").filter(Boolean),
  };
  const checkout = join(import.meta.dirname, "../..");
  execFileSync("npm", ["run", "--silent", "build:server"], { cwd: checkout, stdio: "inherit" });
  const header = await readMachine();
  process.stdout.write(`\n${header.join("\n")}\n\n`);
  const results: Result[] = [];
  for (const line of chosen) results.push(...(await runLine(line, options)));
  process.stdout.write(`\n${header.map((text) => `${text}  `).join("\n")}\n\n${toMarkdown(results)}\n`);
}

async function readMachine(): Promise<string[]> {
  await using server = await startServer();
  return describeMachine(server);
}

/** A line that breaks is said so in the table and does not take the others with it. */
async function runLine(line: Line, options: BenchOptions): Promise<readonly Result[]> {
  process.stdout.write(`${line.name}\n`);
  const startedAt = performance.now();
  try {
    const results = await line.run(options);
    for (const { what, measured, yardstick } of results)
      process.stdout.write(`  ${what}: ${measured} (yardstick: ${yardstick})\n`);
    return results;
  } catch (error) {
    process.stderr.write(`  ${error instanceof Error ? error.stack : error}\n`);
    const broken = { measured: "broke", yardstick: "", ratio: null, isMet: false, serverMegabytes: null };
    return [{ what: line.name, target: "", ...broken }];
  } finally {
    process.stdout.write(`  (${((performance.now() - startedAt) / 1000).toFixed(0)} s)\n`);
  }
}

let isLeaving = false;
function leave(code: number): void {
  if (isLeaving) return;
  isLeaving = true;
  void leaveNothingBehind().finally(() => process.exit(code));
}
process.on("SIGINT", () => leave(130));
process.on("SIGTERM", () => leave(143));
// Also what no line waits for any more must leave nothing behind.
process.on("uncaughtException", breakOff);
process.on("unhandledRejection", breakOff);

function breakOff(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  leave(1);
}

main().then(() => leave(0), breakOff);
