import { chmodSync, existsSync, linkSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureAdminKey, systemActor } from "../../src/access/index.ts";
import { createLog, systemClock } from "../../src/base/index.ts";
import { readConfig } from "../../src/config.ts";
import { createGraphqlClient } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

const folder = mkdtempSync(join(tmpdir(), "envoi-first-key-"));
const file = join(folder, "admin.key");
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({}, undefined, undefined, { sends: false });
});
afterAll(async () => {
  await app.stop();
  rmSync(folder, { recursive: true });
});

const lines: string[] = [];
const log = createLog("warn", { write: (line: string) => void lines.push(line) });
const start = (given: string | null = null) =>
  ensureAdminKey({ em: app.app.database.orm.em.fork(), actor: systemActor, clock: systemClock, log }, { folder, given });
const countKeys = async (): Promise<number> =>
  (await app.query<{ count: number }>("select count(*)::int as count from api_key"))[0]?.count ?? 0;
const given = `envoi_${"0a".repeat(6)}4a0a8a0a${"0a".repeat(6)}_${"k".repeat(43)}`;

test("a key given by ENVOI_ADMIN_KEY opens the server, and further starts with fresh folders make no other", async () => {
  const before = await countKeys();
  expect(await Promise.all([start(given), start(given)])).toContainEqual({ file: null, created: true });
  expect(await start(given)).toEqual({ file: null, created: false });
  expect(await countKeys()).toBe(before + 1);
  expect(existsSync(file)).toBe(false);
  const { viewer } = await createGraphqlClient(app.url, given).expectData("{ viewer { id permissions } }");
  expect(viewer.permissions).toContain("keys:write");
  await app.client.expectData("mutation ($id: ID!) { revokeApiKey(id: $id) { id } }", { id: viewer.id });
  expect(await start(given)).toEqual({ file: null, created: false });
  expect(lines.join()).toContain("ENVOI_ADMIN_KEY was revoked");
  await createGraphqlClient(app.url, given).expectCode("UNAUTHENTICATED", "{ viewer { id } }");
});

test("with ENVOI_ADMIN_KEY=none no key is made", async () => {
  const before = await countKeys();
  expect(await start("none")).toEqual({ file: null, created: false });
  expect(await countKeys()).toBe(before);
  expect(existsSync(file)).toBe(false);
});

test("ENVOI_ADMIN_KEY that is no key's text is refused before anything is started", () => {
  expect(readConfig({ ENVOI_ADMIN_KEY: given }).data.adminKey).toBe(given);
  for (const faulty of ["secret", `${given}x`, given.toUpperCase(), given.replace("4a0a8a0a", "0a0a0a0a")])
    expect(() => readConfig({ ENVOI_ADMIN_KEY: faulty })).toThrow("ENVOI_ADMIN_KEY");
});

test("a key that takes the place of one that is stale is for its owner alone, and who had the old file open reads nothing new", async () => {
  writeFileSync(file, "stale\n");
  chmodSync(file, 0o644);
  linkSync(file, join(folder, "held"));
  expect(await start()).toEqual({ file, created: true });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, "held"), "utf8")).toBe("stale\n");
  expect(lines.join()).toContain("one more admin key was made");
});
