import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { createLog } from "../../src/base/index.ts";
import { entities } from "../../src/entities.ts";
import { migrate, openDatabase, startEmbeddedPostgres } from "../../src/storage/index.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A migrated database that every test file clones. */
    templateUrl: string;
  }
}

/** One real PostgreSQL for all files of a project, with a migrated database to clone. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "envoi-test-"));
  const postgres = await startEmbeddedPostgres(folder);
  const database = await openDatabase({ url: postgres.ownerUrl, poolMax: 4, entities, log: createLog("silent") });
  await migrate(database);
  await database.close();
  project.provide("templateUrl", postgres.ownerUrl);
  return async () => {
    await postgres.stop();
    for (const path of [folder, postgres.folder]) rmSync(path, { recursive: true, force: true });
  };
}
