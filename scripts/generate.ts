import "reflect-metadata";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../src/storage/index.ts";
import { generateFiles } from "./generated-files.ts";

const folder = mkdtempSync(join(tmpdir(), "envoi-generate-"));
const postgres = await startEmbeddedPostgres(folder);
try {
  for (const { path, text } of await generateFiles(postgres.ownerUrl)) {
    writeFileSync(join(import.meta.dirname, "..", path), text);
    process.stdout.write(`wrote ${path}\n`);
  }
} finally {
  await postgres.stop();
  for (const path of [folder, postgres.folder]) rmSync(path, { recursive: true, force: true });
}
