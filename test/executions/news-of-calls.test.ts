import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemActor } from "../../src/access/index.ts";
import { createId, createLog, systemClock } from "../../src/base/index.ts";
import { entities } from "../../src/entities.ts";
import { createHerald, type Herald } from "../../src/executions/accept/herald.ts";
import { type Context, type Database, openDatabase } from "../../src/storage/index.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { until } from "../support/until.ts";

/** Of every process, engines hear that a campaign has new messages. */
const log = createLog("silent");
let own: Awaited<ReturnType<typeof createTestDatabase>>;
let database: Database;
let listener: Client;
const heard: string[][] = [];
/** When each announcement began. */
const announcedAt: number[] = [];

beforeAll(async () => {
  own = await createTestDatabase();
  database = await openDatabase({ url: own.url, poolMax: 4, entities, log });
  listener = new Client({ connectionString: own.url });
  await listener.connect();
  listener.on("notification", ({ payload }) => heard.push(JSON.parse(payload ?? "{}").campaignIds));
  await listener.query("listen envoi_news");
});
afterAll(async () => {
  await listener.end();
  await database.close();
  await own.drop();
});

function aHerald(): Herald {
  heard.length = 0;
  announcedAt.length = 0;
  const context = (): Context => {
    announcedAt.push(performance.now());
    return { em: database.orm.em.fork(), actor: systemActor, clock: systemClock, log };
  };
  return createHerald({ context, log });
}

const untilHeard = (ids: readonly string[]): Promise<unknown> =>
  until("every campaign was announced", () => ids.every((id) => heard.flat().includes(id)));

test("the first call is announced at once, those that follow are together every 20 ms, the last of them as well", async () => {
  const herald = aHerald();
  const ids = Array.from({ length: 100 }, createId);
  for (const id of ids) {
    const announcements = announcedAt.length;
    herald.tell(id);
    if (id === ids[0]) expect(announcedAt).toHaveLength(announcements + 1);
    await pause(2);
  }
  await herald.flush();
  await untilHeard(ids);
  const gaps = announcedAt.slice(1).map((at, index) => at - (announcedAt[index] ?? 0));
  // A timer of Node may come a millisecond early.
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(19);
  expect(heard[0]).toEqual(ids.slice(0, 1));
});

test("more campaigns at a time than one piece of news can name are all announced, one piece after the other", async () => {
  const herald = aHerald();
  const ids = Array.from({ length: 350 }, createId);
  for (const id of ids) herald.tell(id);
  await herald.flush();
  await untilHeard(ids);
  expect(heard.map((campaignIds) => campaignIds.length)).toEqual([1, 100, 100, 100, 49]);
});
