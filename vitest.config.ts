import { createRequire } from "node:module";
import { defineConfig } from "vitest/config";

const require = createRequire(import.meta.url);

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
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
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
          testTimeout: 180_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
