import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { createLog } from "../../src/base/index.ts";
import { entities } from "../../src/entities.ts";
import { createJobs, migrate, openDatabase, startEmbeddedPostgres } from "../../src/storage/index.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A migrated database that every test file clones. */
    templateUrl: string;
    /** Where a test's server has its engine, when the test does not say. */
    engineRuns: "on its thread" | "beside the server";
  }
}

/** pg-boss makes its own, which would take longer than all that many a test does. */
async function makeBackgroundTables(url: string): Promise<void> {
  const jobs = createJobs({ url, log: createLog("silent"), jobs: [] });
  jobs.start();
  await jobs.stop();
}

/** Neither killed nor timed, this PostgreSQL need not outlive a power cut; each file's own database is made and dropped, with a checkpoint each. */
async function careForSpeedAlone(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const setting of ["fsync", "full_page_writes"]) await client.query(`alter system set ${setting} = off`);
  await client.query("select pg_reload_conf()");
  await client.end();
}

/** One real PostgreSQL for all files of a project, with a migrated database to clone. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "envoi-test-"));
  const postgres = await startEmbeddedPostgres(folder);
  const database = await openDatabase({ url: postgres.ownerUrl, poolMax: 4, entities, log: createLog("silent") });
  await migrate(database);
  await database.close();
  await makeBackgroundTables(postgres.ownerUrl);
  if (project.name === "database") await careForSpeedAlone(postgres.ownerUrl);
  project.provide("templateUrl", postgres.ownerUrl);
  return async () => {
    await postgres.stop();
    for (const path of [folder, postgres.folder]) rmSync(path, { recursive: true, force: true });
  };
}
