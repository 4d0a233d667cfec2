import { afterAll, beforeAll, expect, test } from "vitest";
import { act, aLiveCampaign, execute, recipients } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { openRawSocket, type RawSocket } from "../support/raw-socket.ts";
import { statementsOf } from "../support/statements.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
const opened: RawSocket[] = [];
beforeAll(async () => {
  app = await startTestApp({}, undefined, undefined, { engineRuns: "on its thread" });
});
afterAll(async () => {
  for (const { socket } of opened) socket.terminate();
  await app.stop();
});

const executionsMax = 400;

test("400 watched executions of one campaign, each by two subscribers, keep nobody from being answered, and all are told their end", async () => {
  const { id } = await aLiveCampaign(app.client);
  await act(app.client, "pauseCampaign", id);
  const executions = await Promise.all(
    Array.from({ length: executionsMax }, (_, index) =>
      execute(app.client, { campaignId: id, requestId: `r${index}`, recipients: recipients(1, `r${index}-`) }),
    ),
  );
  const query = "subscription ($id: ID!) { executionProgress(executionId: $id) { id status } }";
  const sockets = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const socket = await openRawSocket(app.url);
      opened.push(socket);
      await socket.init(app.adminKey);
      return socket;
    }),
  );
  executions.forEach(({ execution }, index) => {
    for (const twin of [0, 4])
      sockets[(index % 4) + twin]?.send({
        id: execution.id,
        type: "subscribe",
        payload: { query, variables: { id: execution.id } },
      });
  });
  const states = (socket: RawSocket): Data[] =>
    socket.messages.flatMap(({ type, payload }) => (type === "next" ? [(payload as Data).data.executionProgress] : []));
  await until("all are watched", () => sockets.every((socket) => states(socket).length === executionsMax / 4), 30);
  const began = performance.now();
  let slowest = 0;
  const ended = (socket: RawSocket): number => states(socket).filter(({ status }) => status === "FINISHED").length;
  const statements = await statementsOf(async () => {
    await act(app.client, "resumeCampaign", id);
    await until(
      "all have ended",
      async () => {
        const asked = performance.now();
        await app.client.expectData("{ viewer { id } }");
        slowest = Math.max(slowest, performance.now() - asked);
        return sockets.every((socket) => ended(socket) === executionsMax / 4);
      },
      30,
    );
  });
  // Two of each look, for 250 executions: not two for each of 800 subscribers.
  expect(statements.length).toBeLessThan(executionsMax);
  expect(slowest).toBeLessThan(1000);
  expect(performance.now() - began).toBeLessThan(15_000);
});
