import { appendFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** A file for the counts, where several runs are summed up by one line; and one for what failed, told again beside that line. */
const sumFile = process.env.COUNTS_FILE;
const failuresFile = process.env.FAILURES_FILE;

const firstLines = (errors: readonly { readonly message: string }[]): string =>
  errors.map(({ message }) => `    ${message.slice(0, 1000).split("\n").slice(0, 6).join("\n    ")}\n`).join("");

function describeFailures(module: TestModule): string {
  const failed = [...module.children.allTests("failed")];
  const ofFile = module.errors().length > 0 ? `${module.relativeModuleId}\n${firstLines(module.errors())}` : "";
  const ofTest = (test: TestCase) => `${module.relativeModuleId} > ${test.fullName}\n${firstLines(test.result().errors ?? [])}`;
  return ofFile + failed.map(ofTest).join("");
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Ends a run with one plain line, for people and for programs that read only that; begins it with what repeats its random cases. */
class ClosingLine implements Reporter {
  onTestRunStart(): void {
    process.stdout.write(`random tests: CASES=${process.env.CASES} SEED=${process.env.SEED}\n`);
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state !== "pending") counts[state] += 1;
      }
    }
    if (failuresFile) appendFileSync(failuresFile, modules.map(describeFailures).join("") + firstLines(errors.map(asError)));
    const { passed, failed } = counts;
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
    if (sumFile) appendFileSync(sumFile, `${passed} ${failed} ${counts.skipped}\n`);
    else process.on("exit", () => process.stdout.write(`${passed} passed, ${failed} failed${skipped}\n`));
  }
}

// biome-ignore lint/style/noDefaultExport: Vitest loads a reporter by its default export.
export default ClosingLine;
