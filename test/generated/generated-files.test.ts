import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generateFiles } from "../../scripts/generated-files.ts";
import { createTestDatabase } from "../support/test-database.ts";

const root = join(import.meta.dirname, "../..");

test("schema, database dump and typed client are current", async () => {
  const database = await createTestDatabase();
  try {
    for (const { path, text } of await generateFiles(database.url))
      expect(readFileSync(join(root, path), "utf8"), `${path} is stale: run \`npm run generate\``).toBe(text);
  } finally {
    await database.drop();
  }
});
