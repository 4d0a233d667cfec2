import { randomInt } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const require = createRequire(import.meta.url);

// Threads that a test's server starts read the sources for themselves: compiled once for all of them.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, "node_modules/.cache/compiled");

/** Of tests that make up their cases. A fresh seed finds what the last run did not; the run's first line tells it. */
process.env.CASES ??= "1000";
process.env.SEED ??= String(randomInt(2 ** 31));

const shared = {
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: false } },
  // type-graphql loads graphql as CommonJS; one copy for both, or its types come "from another module or realm".
  resolve: { alias: [{ find: /^graphql$/, replacement: require.resolve("graphql/index.js") }] },
};

const pure = [
  "test/base/**/*.test.ts",
  "test/threads/**/*.test.ts",
  "test/content/**/*.test.ts",
  "test/pure/**/*.test.ts",
  "test/*.test.ts",
];
const alone = ["test/durability/**/*.test.ts"];

export default defineConfig({
  ...shared,
  test: {
    tags: [{ name: "random", timeout: Math.max(120_000, 60 * Number(process.env.CASES)) }],
    reporters: ["default", "./test/support/closing-line.ts"],
    projects: [
      { ...shared, test: { name: "pure", include: pure, isolate: false, testTimeout: 60_000, sequence: { groupOrder: 0 } } },
      {
        ...shared,
        test: {
          name: "database",
          include: ["test/**/*.test.ts"],
          exclude: [...pure, ...alone],
          globalSetup: "./test/support/global-database.ts",
          setupFiles: ["./test/support/reflect-metadata.ts"],
          provide: { engineRuns: "beside the server" },
          // Loading the server takes longer than most files do.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...shared,
        test: {
          // Judged by recorded instants, or by killing processes: nothing else runs meanwhile.
          name: "durability",
          include: alone,
          globalSetup: ["./test/support/global-database.ts", "./test/support/build-once.ts"],
          setupFiles: ["./test/support/reflect-metadata.ts"],
          provide: { engineRuns: "on its thread" },
          testTimeout: 180_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
