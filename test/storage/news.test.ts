import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemActor } from "../../src/access/index.ts";
import { createId, createLog, systemClock } from "../../src/base/index.ts";
import { entities } from "../../src/entities.ts";
import {
  announce,
  type Context,
  createNewsDesk,
  type Database,
  inTransaction,
  type News,
  openDatabase,
} from "../../src/storage/index.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { until } from "../support/until.ts";

const log = createLog("silent");
let own: Awaited<ReturnType<typeof createTestDatabase>>;
let database: Database;
let looking: Client;

beforeAll(async () => {
  own = await createTestDatabase();
  database = await openDatabase({ url: own.url, poolMax: 4, entities, log });
  looking = new Client({ connectionString: own.url });
  await looking.connect();
});
afterAll(async () => {
  await looking.end();
  await database.close();
  await own.drop();
});

const context = (): Context => ({ em: database.orm.em.fork(), actor: systemActor, clock: systemClock, log });
const ids = new Map<string, string>();
/** Each name stands for an id. */
const about = (name: string): News => {
  const id = ids.get(name) ?? createId();
  ids.set(name, id);
  return { topic: "queued", campaignIds: [id] };
};
const ears = async (): Promise<number> =>
  (await looking.query("select from pg_stat_activity where datname = current_database() and query = 'listen envoi_news'"))
    .rowCount ?? 0;

test("news of a transaction is heard when it commits, and never when it is rolled back", async () => {
  const heard: News[] = [];
  const desk = createNewsDesk({ url: own.url, log });
  desk.subscribe((news) => heard.push(news));
  await desk.start();
  await inTransaction(context(), async (tx) => {
    await announce(tx, about("rolled back"));
    throw new Error("on purpose");
  }).catch(() => undefined);
  await inTransaction(context(), (tx) => announce(tx, about("committed")));
  await until("the news", () => heard.length > 0);
  expect(heard).toEqual([about("committed")]);
  await desk.stop();
  await until("its connection is closed", async () => (await ears()) === 0);
});

test("after a cut connection, and attempts that failed, news is heard again, once, over one connection", async () => {
  const heard: News[] = [];
  const desk = createNewsDesk({ url: own.url, log });
  desk.subscribe((news) => heard.push(news));
  await desk.start();
  const name = new URL(own.url.replace("postgresql://envoi@/", "postgresql://host/")).pathname.slice(1);
  const template = new Client({ connectionString: own.url.replace(`/${name}?`, "/postgres?") });
  await template.connect();
  // Refused for a while: several attempts to come back fail first.
  await template.query(`alter database ${name} with allow_connections false`);
  await template.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and query = 'listen envoi_news'",
    [name],
  );
  await until("it is gone", async () => (await ears()) === 0);
  await template.query("select pg_sleep(1.8)");
  await template.query(`alter database ${name} with allow_connections true`);
  await template.end();
  await until("it listens again", async () => (await ears()) > 0);
  await announce(context(), about("after"));
  await until("the news", () => heard.length > 0);
  await looking.query("select pg_sleep(1.2)");
  expect(await ears()).toBe(1);
  expect(heard).toEqual([about("after")]);
  await desk.stop();
  await until("nobody listens any more", async () => (await ears()) === 0);
});

test("a desk that cannot start says so, and does not try in secret", async () => {
  const desk = createNewsDesk({ url: own.url.replace(/\/test_\w+\?/, "/missing?"), log });
  await expect(desk.start()).rejects.toThrow("does not exist");
  await desk.stop();
});

test("an unsubscribed listener hears nothing more", async () => {
  const heard: News[] = [];
  const other: News[] = [];
  const desk = createNewsDesk({ url: own.url, log });
  const unsubscribe = desk.subscribe((news) => heard.push(news));
  desk.subscribe((news) => other.push(news));
  await desk.start();
  unsubscribe();
  await announce(context(), about("later"));
  await until("the other hears it", () => other.length === 1);
  expect(heard).toEqual([]);
  await desk.stop();
});

test("what another client of the database tells on this channel, and is no news, ends nothing, and what follows is heard", async () => {
  const heard: News[] = [];
  const desk = createNewsDesk({ url: own.url, log });
  desk.subscribe((news) => heard.push(news));
  await desk.start();
  const foreign = [
    "",
    "hello",
    "null",
    "7",
    "[]",
    "{",
    '{"topic":"other"}',
    '{"topic":"queued"}',
    '{"topic":"queued","campaignIds":["x"]}',
    '{"topic":"messages","campaignIds":{"length":1e9}}',
    '{"topic":"api-key","id":"\\u0000"}',
    "x".repeat(7900),
  ];
  for (const payload of foreign) await looking.query("select pg_notify('envoi_news', $1)", [payload]);
  await announce(context(), about("afterwards"));
  await until("the news", () => heard.length > 0);
  expect(heard).toEqual([about("afterwards")]);
  await desk.stop();
});
