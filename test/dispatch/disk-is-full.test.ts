import { afterAll, beforeAll, expect, test } from "vitest";
import { aLiveCampaign, execute, recipients, statsOf } from "../support/campaigns.ts";
import { expectConservation } from "../support/conservation.ts";
import { expectEverybody } from "../support/hand-overs.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  // What PostgreSQL says when a table cannot grow.
  await app.query(`create function no_room() returns trigger language plpgsql as $$ begin
    raise exception 'could not extend file "base/1/2": No space left on device' using errcode = '53100'; end $$`);
});
afterAll(() => app.stop());

const tables = ["message", "batch", "sandbox_message"];
const fill = async () => {
  for (const table of tables)
    await app.query(`create trigger full_disk before insert or update on ${table} for each statement execute function no_room()`);
};
const clear = async () => {
  for (const table of tables) await app.query(`drop trigger full_disk on ${table}`);
};

const troubles = async () =>
  (await app.client.expectData("{ workers { troubles { kind detail } } }")).workers.flatMap(
    (worker: { troubles: object[] }) => worker.troubles,
  );

test("a disk that is full in mid-run is told with PostgreSQL's code; when there is room again, everybody gets theirs and no outcome is lost [D58]", async () => {
  const count = 600;
  const { id } = await aLiveCampaign(app.client, { deliveryRate: 200 });
  await execute(app.client, { campaignId: id, requestId: "only", recipients: recipients(count) });
  await until("a part is sent", async () => (await statsOf(app.client, id)).sent > 50);
  await fill();
  await until("it is told", async () => JSON.stringify(await troubles()).includes("53100"), 30);
  await expectConservation(app.client, id, count);
  const { sent } = await statsOf(app.client, id);
  expect(sent).toBeLessThan(count);
  await clear();
  await until("everybody got theirs", async () => (await statsOf(app.client, id)).sent === count, 40);
  await expectConservation(app.client, id, count);
  await expectEverybody(app.client, id, count);
  await until("nothing is told any more", async () => (await troubles()).length === 0);
});
