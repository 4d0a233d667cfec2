import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLog } from "../../src/base/index.ts";
import { readConfig } from "../../src/config.ts";
import { entities } from "../../src/entities.ts";
import { type Database, loadProvedSecret, openDatabase } from "../../src/storage/index.ts";
import { startWorkerProcess } from "../../src/worker-process.ts";
import { createTestDatabase } from "../support/test-database.ts";

const log = createLog("silent");
const folder = mkdtempSync(join(tmpdir(), "envoi-secret-"));
const other = "cd".repeat(32);
let own: Awaited<ReturnType<typeof createTestDatabase>>;
let database: Database;
beforeAll(async () => {
  own = await createTestDatabase();
  database = await openDatabase({ url: own.url, poolMax: 4, entities, log });
});
afterAll(async () => {
  await database.close();
  await own.drop();
  rmSync(folder, { recursive: true });
});

const load = (settings: { readonly folder: string; readonly secretHex?: string; readonly isSecretReplaced?: boolean }) =>
  loadProvedSecret({ em: database.orm.em.fork(), log }, { secretHex: null, isSecretReplaced: false, ...settings });

test("the first start sets the database up with its secret, and later ones are let in with that one alone", async () => {
  const secret = await load({ folder });
  expect((await load({ folder })).equals(secret)).toBe(true);
  expect((await load({ folder: "/nowhere", secretHex: secret.toString("hex") })).equals(secret)).toBe(true);
  await expect(load({ folder, secretHex: other })).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: expect.stringContaining("ENVOI_SECRET is not the secret of this database"),
  });
});

test("a data folder that was removed is told, and no new secret is put there", async () => {
  const emptied = join(folder, "emptied");
  await expect(load({ folder: emptied })).rejects.toThrow(/secret\.key is missing.*Restore that secret/);
  expect(existsSync(emptied)).toBe(false);
});

test("a worker with another secret is refused at its start, before it takes a message", async () => {
  const config = readConfig({ DATABASE_URL: "postgresql://replaced/below", ENVOI_SECRET: other, ENVOI_DATA: folder });
  const worker = startWorkerProcess({ ...config, database: { ...config.database, url: own.url } }, log);
  await expect(worker).rejects.toThrow("is not the secret of this database");
});

test("ENVOI_SECRET_REPLACED goes on with another secret, which then is the one", async () => {
  const replaced = await load({ folder, secretHex: other, isSecretReplaced: true });
  expect((await load({ folder, secretHex: other })).equals(replaced)).toBe(true);
  await expect(load({ folder })).rejects.toThrow("secret.key is not the secret of this database");
});
