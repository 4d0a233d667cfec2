import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join, relative } from "node:path";
import { Client } from "pg";
import { afterAll, expect, inject, test } from "vitest";
import { createLog } from "../../src/base/index.ts";
import { entities } from "../../src/entities.ts";
import { makeSocketFolder, prepareDatabaseFolder, removeSocketFolder } from "../../src/storage/embedded/database-folder.ts";
import { isOwnServer } from "../../src/storage/embedded/prove-server.ts";
import { findDatabaseUser } from "../../src/storage/embedded/unprivileged-user.ts";
import { migrate, openDatabase } from "../../src/storage/index.ts";

const log = createLog("silent");
const folder = mkdtempSync(join(tmpdir(), "envoi-folder-"));
// Others may pass through, as through a folder that Envoi makes itself.
chmodSync(folder, 0o711);
afterAll(() => rmSync(folder, { recursive: true }));

async function anEmptyDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `empty_${process.pid}_${Math.floor(performance.now())}`;
  const maintenance = new Client({ connectionString: inject("templateUrl").replace("/envoi?", "/postgres?") });
  await maintenance.connect();
  await maintenance.query(`create database ${name}`);
  return {
    url: inject("templateUrl").replace("/envoi?", `/${name}?`),
    async drop() {
      await maintenance.query(`drop database ${name} with (force)`);
      await maintenance.end();
    },
  };
}

test("two processes that migrate one empty database at once both succeed, and the schema is made once", async () => {
  const { url, drop } = await anEmptyDatabase();
  const databases = await Promise.all([1, 2, 3].map(() => openDatabase({ url, poolMax: 4, entities, log })));
  await Promise.all(databases.map(migrate));
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query("select name, count(*)::int from migration group by name");
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(row.count).toBe(1);
  await client.query("select from message");
  await client.end();
  await Promise.all(databases.map((database) => database.close()));
  await drop();
});

test("a database that a newer version has migrated is refused by its name, and stays as it is", async () => {
  const { url, drop } = await anEmptyDatabase();
  const database = await openDatabase({ url, poolMax: 4, entities, log });
  await migrate(database);
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("insert into migration (name, executed_at) values ('29990101000000-fly-to-the-moon', now())");
  // As if this version had one more as well: it must not be run beside what it does not know.
  await client.query("delete from migration where name like '%read-numbers-with-a-country'");
  const state = () => client.query("select * from migration order by id").then(({ rows }) => rows);
  const before = await state();
  await expect(migrate(database)).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: expect.stringContaining("29990101000000-fly-to-the-moon"),
  });
  expect(await state()).toEqual(before);
  await client.end();
  await database.close();
  await drop();
});

test("sessions run in UTC, whatever the server's own zone", async () => {
  const { url, drop } = await anEmptyDatabase();
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`alter database ${new URL(url.replace("@/", "@host/")).pathname.slice(1)} set timezone to 'Asia/Kathmandu'`);
  await client.end();
  const database = await openDatabase({ url, poolMax: 4, entities, log });
  const rows = await database.orm.em.getConnection().execute("show timezone");
  expect(rows).toEqual([{ TimeZone: "UTC" }]);
  await database.close();
  await drop();
});

test("a database that does not answer is DATABASE_UNAVAILABLE, with what to check", async () => {
  const url = "postgresql://nobody@127.0.0.1:1/envoi";
  await expect(openDatabase({ url, poolMax: 4, entities, log })).rejects.toMatchObject({
    code: "DATABASE_UNAVAILABLE",
    message: expect.stringContaining("DATABASE_URL"),
  });
});

test("the embedded database's folder is the same from wherever the server is started, and for its user alone", () => {
  const user = findDatabaseUser();
  const absolute = prepareDatabaseFolder(join(folder, "data"), user);
  const fromHere = prepareDatabaseFolder(relative(process.cwd(), join(folder, "data")), user);
  expect(fromHere).toEqual(absolute);
  expect(absolute.root).toBe(join(folder, "data/postgres"));
  expect(statSync(absolute.root).mode & 0o777).toBe(0o700);
  expect(statSync(absolute.root).uid).toBe(user?.uid ?? userInfo().uid);
});

test("a deep data folder gets a socket folder that PostgreSQL can use, under a name that nobody can know before", () => {
  const user = findDatabaseUser();
  const deep = prepareDatabaseFolder(join(folder, "a".repeat(60), "b".repeat(60)), user);
  const runs = [makeSocketFolder(deep, user), makeSocketFolder(deep, user)];
  expect(runs[0]).not.toBe(runs[1]);
  for (const run of runs) {
    expect(join(run, ".s.PGSQL.5432").length).toBeLessThan(107);
    expect(statSync(run).mode & 0o777).toBe(0o700);
    expect(statSync(run).uid).toBe(user?.uid ?? userInfo().uid);
    removeSocketFolder(run);
    expect(existsSync(run)).toBe(false);
  }
});

test("a link in the place of the database's folder is refused, and what it leads to stays as it is", () => {
  const foreign = join(folder, "foreign");
  mkdirSync(foreign);
  chmodSync(foreign, 0o755);
  const data = join(folder, "linked");
  mkdirSync(data);
  symlinkSync(foreign, join(data, "postgres"));
  const before = statSync(foreign);
  expect(() => prepareDatabaseFolder(data, { uid: 65_534, gid: 65_534 })).toThrow("is a link");
  expect(statSync(foreign)).toMatchObject({ mode: before.mode, uid: before.uid });
});

test.runIf(userInfo().uid === 0)("a folder of another user is refused, and stays his", () => {
  const taken = join(folder, "taken/postgres");
  mkdirSync(taken, { recursive: true });
  chownSync(taken, 4711, 4711);
  expect(() => prepareDatabaseFolder(join(folder, "taken"), findDatabaseUser())).toThrow("belongs to another user (4711)");
  expect(statSync(taken).uid).toBe(4711);
});

test("a server is taken for ours when it can read what was just written beside its data, and not for what it says", async () => {
  const root = join(decodeURIComponent(/host=([^&]+)/.exec(inject("templateUrl"))?.[1] ?? ""), "..");
  const folder = { root, data: join(root, "data"), logFile: join(root, "postgres.log") };
  const client = new Client({ connectionString: inject("templateUrl") });
  await client.connect();
  expect(await isOwnServer(client, folder, findDatabaseUser())).toBe(true);
  // What a stranger's server can do: answer every question, with whatever he likes.
  await client.query(`
    create schema stranger;
    create function stranger.pg_read_file(text) returns text language sql as 'select $1';
    set search_path = stranger, pg_catalog`);
  expect(await isOwnServer(client, folder, findDatabaseUser())).toBe(false);
  await client.query("drop schema stranger cascade");
  await client.end();
});
