import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";

/** A database of its own, cloned from the migrated template; dropped by `drop`. */
export async function createTestDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const templateUrl = inject("templateUrl");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await onMaintenance(templateUrl, `create database ${name} template envoi strategy file_copy`);
  return {
    url: templateUrl.replace("/envoi?", `/${name}?`),
    drop: () => onMaintenance(templateUrl, `drop database if exists ${name} with (force)`),
  };
}

async function onMaintenance(templateUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: templateUrl.replace("/envoi?", "/postgres?") });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
