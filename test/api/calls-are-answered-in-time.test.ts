import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aCampaign } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

const answerSeconds = 1;
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({}, (config) => ({ ...config, door: { ...config.door, answerSeconds } }), undefined, { sends: false });
});
afterAll(() => app.stop());

test("a call that waits for the database longer than a call may take answers TIMED_OUT, and the next one works", async () => {
  const { id } = await aCampaign(app.client);
  const holder = new Client({ connectionString: app.databaseUrl });
  await holder.connect();
  await holder.query("begin");
  await holder.query("lock table campaign in access exclusive mode");
  const askedAt = performance.now();
  const query = "query ($id: ID!) { campaign(id: $id) { title } }";
  const error = await app.client.expectCode("TIMED_OUT", query, { id });
  expect(error.message).toContain("may still be done");
  expect(performance.now() - askedAt).toBeLessThan(5000);
  await holder.query("rollback");
  await holder.end();
  expect((await app.client.expectData(query, { id })).campaign.title).toBeTruthy();
});
