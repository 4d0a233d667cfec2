import type { Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { act, aLiveCampaign, execute, listens, recipients } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { openRawSocket, type RawSocket } from "../support/raw-socket.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
const opened: RawSocket[] = [];
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  for (const { socket } of opened) socket.terminate();
  await app.stop();
});

const many = 6_000;
/** Long by their names, so that what the network holds of a stream is a small part of it and making an event is cheap. */
const fields = Array.from({ length: 10 }, (_, index) => `f${index}${"_".repeat(300)}: executionId`).join(" ");
const query = `subscription ($id: ID!) { messageEvents(campaignId: $id) { messageId missed ${fields} } }`;

async function watching(id: string): Promise<RawSocket> {
  const socket = await openRawSocket(app.url);
  opened.push(socket);
  await socket.init(app.adminKey);
  socket.send({ id: "events", type: "subscribe", payload: { query, variables: { id } } });
  return socket;
}

const eventsOf = (socket: RawSocket): Data[] =>
  socket.messages.flatMap((message) => (message.id === "events" ? [(message.payload as Data).data.messageEvents] : []));
const missedBy = (events: readonly Data[]): number => events.reduce((sum, event) => sum + event.missed, 0);
const raw = ({ socket }: RawSocket) => (socket as unknown as { readonly _socket: Socket })._socket;

test("of readers of messageEvents, those that do not read miss the oldest and are told how many; one that reads misses none", async () => {
  const { id } = await aLiveCampaign(app.client);
  await act(app.client, "pauseCampaign", id);
  await execute(app.client, { campaignId: id, requestId: "r", recipients: recipients(many) });
  const [reading, ...stuck] = await Promise.all([watching(id), watching(id), watching(id)]);
  await listens(app.client, id);
  for (const socket of stuck) raw(socket).pause();
  // Settles all of them at one instant.
  await act(app.client, "stopCampaign", id);
  let slowest = 0;
  await until(
    "all are told",
    async () => {
      const began = performance.now();
      await app.client.expectData("{ viewer { id } }");
      slowest = Math.max(slowest, performance.now() - began);
      return (reading?.messages.length ?? 0) > many;
    },
    60,
  );
  const all = eventsOf(reading as RawSocket);
  expect(missedBy(all)).toBe(0);
  expect(new Set(all.map(({ messageId }) => messageId)).size).toBe(many);
  expect(slowest).toBeLessThan(2000);

  for (const socket of stuck) raw(socket).resume();
  const accountedFor = (socket: RawSocket): number => {
    const events = eventsOf(socket);
    return events.length + missedBy(events);
  };
  await until("the others have caught up", () => stuck.every((socket) => accountedFor(socket) === many), 30, 250);
  for (const socket of stuck) {
    const events = eventsOf(socket);
    expect(missedBy(events)).toBeGreaterThan(0);
    expect(new Set(events.map(({ messageId }) => messageId)).size).toBe(events.length);
    // What it missed is the oldest of what waited: the newest are those that the other one saw last.
    expect(events.slice(-100).map(({ messageId }) => messageId)).toEqual(all.slice(-100).map(({ messageId }) => messageId));
  }
});
