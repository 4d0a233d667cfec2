import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aCampaign } from "../support/campaigns.ts";
import { openRawSocket } from "../support/raw-socket.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

const answerSeconds = 1;
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({}, (config) => ({ ...config, door: { ...config.door, answerSeconds } }), undefined, { sends: false });
});
afterAll(() => app.stop());

async function lockCampaigns(): Promise<() => Promise<void>> {
  const holder = new Client({ connectionString: app.databaseUrl });
  await holder.connect();
  await holder.query("begin");
  await holder.query("lock table campaign in access exclusive mode");
  return async () => {
    await holder.query("rollback");
    await holder.end();
  };
}

test("a call that waits for the database longer than a call may take answers TIMED_OUT, and the next one works", async () => {
  const { id } = await aCampaign(app.client);
  const release = await lockCampaigns();
  const askedAt = performance.now();
  const query = "query ($id: ID!) { campaign(id: $id) { title } }";
  const error = await app.client.expectCode("TIMED_OUT", query, { id });
  expect(error.message).toContain("may still be done");
  expect(performance.now() - askedAt).toBeLessThan(5000);
  await release();
  expect((await app.client.expectData(query, { id })).campaign.title).toBeTruthy();
});

test("over a WebSocket it answers TIMED_OUT within the same time, the socket stays open, and a stream beside it goes on", async () => {
  const { id } = await aCampaign(app.client);
  const socket = await openRawSocket(app.url);
  await socket.init(app.adminKey);
  socket.send({ id: "stream", type: "subscribe", payload: { query: "subscription { campaignStatusChanged { to } }" } });
  const release = await lockCampaigns();
  const askedAt = performance.now();
  const query = `{ campaign(id: "${id}") { title } }`;
  // More than are answered at once: those that wait for their turn are answered as well.
  const many = Array.from({ length: 15 }, (_, index) => `call${index}`);
  for (const each of many) socket.send({ id: each, type: "subscribe", payload: { query } });
  for (const each of many)
    expect(await socket.answerTo(each)).toMatchObject({
      payload: { errors: [{ extensions: { code: "TIMED_OUT", kind: "unavailable" } }] },
    });
  expect(performance.now() - askedAt).toBeLessThan(5000);
  await release();
  socket.send({ id: "after", type: "subscribe", payload: { query } });
  expect(await socket.answerTo("after")).toMatchObject({ payload: { data: { campaign: { title: expect.any(String) } } } });
  expect(socket.messages.filter((message) => message.id === "stream")).toEqual([]);
  socket.socket.terminate();
});
