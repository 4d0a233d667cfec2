import { createRequire } from "node:module";
import { defineConfig } from "vitest/config";

const require = createRequire(import.meta.url);

/** One copy of graphql for us and for type-graphql: house rule, see docs/decisions. */
const shared = {
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: false } },
  resolve: { alias: [{ find: /^graphql$/, replacement: require.resolve("graphql/index.js") }] },
};

export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: { name: "pure", include: ["test/{base,content,campaigns,architecture}/**/*.test.ts", "test/*.test.ts"] },
      },
    ],
  },
});
