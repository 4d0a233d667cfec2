import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { act, aLiveCampaign, execute, listens, recipients, statsOf } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const totals = "accepted queued claimed sending sent delivered bounced failed uncertain excluded exclusions { reason count }";
const sent = (id: string, count: number) => until(`${count} sent`, async () => (await statsOf(app.client, id)).sent === count);

test("deliveryStats begins with the present totals, comes at most four times a second, adds up, and ends as the query says [D44]", async () => {
  const { id } = await aLiveCampaign(app.client, { deliveryRate: 300 });
  await execute(app.client, { campaignId: id, requestId: "before", recipients: recipients(3, "before") });
  await sent(id, 3);
  const arrivals: number[] = [];
  const watched = app.client.subscribe(`subscription ($id: ID!) { deliveryStats(campaignId: $id) { ${totals} asOf } }`, { id });
  const first = await until("the present totals", () => watched.values[0]);
  expect(first.deliveryStats).toMatchObject({ accepted: 3, sent: 3, queued: 0 });
  const began = performance.now();
  await execute(app.client, {
    campaignId: id,
    requestId: "then",
    recipients: [...recipients(450, "then"), { userId: "nowhere" }],
  });
  await until("the final totals", () => {
    if (watched.values.length > arrivals.length) arrivals.push(performance.now());
    return watched.values.at(-1)?.deliveryStats.sent === 453;
  });
  const seconds = (performance.now() - began) / 1000;
  expect(watched.values.length).toBeGreaterThan(3);
  expect(watched.values.length - 1).toBeLessThanOrEqual(4 * seconds + 2);
  for (const { deliveryStats: stats } of watched.values) {
    const { accepted, exclusions: _exclusions, asOf: _asOf, ...rest } = stats;
    expect(Object.values<number>(rest).reduce((sum, count) => sum + count, 0)).toBe(accepted);
  }
  const { ratePerSecond: _rate, ...queried } = await statsOf(app.client, id);
  const { asOf: _asOf, ...last } = watched.values.at(-1)?.deliveryStats ?? {};
  expect(last).toEqual(queried);
  watched.stop();
});

test("executionProgress shows the execution run and ends by itself with FINISHED [D45]", async () => {
  const { id } = await aLiveCampaign(app.client, { deliveryRate: 100 });
  const { execution } = await execute(app.client, { campaignId: id, requestId: "r", recipients: recipients(60) });
  const query =
    "subscription ($id: ID!) { executionProgress(executionId: $id) { id status stats { accepted queued sent } campaign { id } } }";
  const watched = app.client.subscribe(query, { id: execution.id });
  await watched.done;
  expect(watched.errors).toEqual([]);
  const states = watched.values.map((value) => value.executionProgress);
  expect(states.length).toBeGreaterThan(1);
  expect(states[0]).toMatchObject({ status: "RUNNING", campaign: { id } });
  expect(states.at(-1)).toMatchObject({ status: "FINISHED", stats: { accepted: 60, queued: 0, sent: 60 } });
  expect(states.filter((state) => state.status === "FINISHED")).toHaveLength(1);

  const over = app.client.subscribe(query, { id: execution.id });
  await over.done;
  expect(over.values).toMatchObject([{ executionProgress: { status: "FINISHED" } }]);
});

test("messageEvents tells each message once, with its step, and only the statuses asked for [D46]", async () => {
  const { id } = await aLiveCampaign(app.client);
  const fields = "messageId executionId userId status attempt exclusion error at";
  const all = app.client.subscribe(`subscription ($id: ID!) { messageEvents(campaignId: $id) { ${fields} } }`, { id });
  const excluded = app.client.subscribe(
    `subscription ($id: ID!) { messageEvents(campaignId: $id, statuses: [EXCLUDED]) { ${fields} } }`,
    { id },
  );
  await listens(app.client, id);
  const people = [
    ...recipients(200),
    { userId: "nowhere", context: { name: "N" } },
    { userId: "missing@b.example", context: {} },
  ];
  const { execution } = await execute(app.client, { campaignId: id, requestId: "r", recipients: people });
  await until("all events", () => all.values.length >= 202 && excluded.values.length >= 2);
  // A second batch proves that nothing of the first comes again.
  await execute(app.client, { campaignId: id, requestId: "s", recipients: [{ userId: "nowhere" }] });
  await until("the second batch", () => all.values.length >= 203 && excluded.values.length >= 3);
  const events = all.values.map((value) => value.messageEvents);
  expect(events).toHaveLength(203);
  expect(new Set(events.map((event) => event.messageId)).size).toBe(203);
  expect(events.filter((event) => event.status === "SENT")).toHaveLength(200);
  expect(events.find((event) => event.userId === "person7@example.com")).toMatchObject({
    executionId: execution.id,
    status: "SENT",
    attempt: 1,
  });
  expect(excluded.values.map(({ messageEvents: event }) => `${event.userId} ${event.exclusion}`).sort()).toEqual([
    ...["missing@b.example MISSING_CONTEXT", "nowhere ADDRESS_INVALID", "nowhere ADDRESS_INVALID"],
  ]);
  all.stop();
  excluded.stop();
});

test("messageEvents misses nobody when thousands are settled in one instant", async () => {
  const { id } = await aLiveCampaign(app.client);
  await act(app.client, "pauseCampaign", id);
  await execute(app.client, { campaignId: id, requestId: "r", recipients: recipients(5000) });
  const watched = app.client.subscribe("subscription ($id: ID!) { messageEvents(campaignId: $id) { messageId exclusion } }", {
    id,
  });
  await listens(app.client, id);
  await act(app.client, "stopCampaign", id);
  await until("5,000 events", () => watched.values.length >= 5000, 10);
  expect(new Set(watched.values.map((value) => value.messageEvents.messageId)).size).toBe(5000);
  expect(watched.values).toHaveLength(5000);
  watched.stop();
});

describe("a subscription that cannot be", () => {
  const unknown = "01900000-0000-7000-8000-000000000000";
  test.each([
    ["deliveryStats of nothing", "subscription ($id: ID!) { deliveryStats(campaignId: $id) { accepted } }", "CAMPAIGN_NOT_FOUND"],
    ["messageEvents of nothing", "subscription ($id: ID!) { messageEvents(campaignId: $id) { status } }", "CAMPAIGN_NOT_FOUND"],
    [
      "campaignStatusChanged of nothing",
      "subscription ($id: ID!) { campaignStatusChanged(campaignId: $id) { to } }",
      "CAMPAIGN_NOT_FOUND",
    ],
    [
      "executionProgress of nothing",
      "subscription ($id: ID!) { executionProgress(executionId: $id) { id } }",
      "EXECUTION_NOT_FOUND",
    ],
    ["an unknown field", "subscription ($id: ID!) { deliveryStats(campaignId: $id) { nope } }", "GRAPHQL_VALIDATION_FAILED"],
  ])("%s ends with an error that has a code", async (_what, query, code) => {
    for (const id of [unknown, "nope", "\0"]) {
      const watched = app.client.subscribe(query, { id });
      await watched.done;
      expect(watched.values).toEqual([]);
      const [error] = watched.errors as Data[];
      expect(error.extensions).toMatchObject({ code, requestId: expect.any(String) });
      expect(error.message.length).toBeGreaterThan(10);
    }
  });
});

describe("the socket", () => {
  const socketUrl = () => `${app.url.replace("http", "ws")}/graphql`;

  async function closing(connectionParams: Record<string, unknown>): Promise<{ code: number; reason: string }> {
    return new Promise((resolve) => {
      const client = createClient({
        url: socketUrl(),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        lazy: false,
        connectionParams,
        onNonLazyError: () => undefined,
      });
      client.on("closed", (event) => {
        const { code, reason } = event as { code: number; reason: string };
        resolve({ code, reason });
      });
    });
  }

  test("without a key, or with a wrong one, is closed with 4403", async () => {
    for (const params of [{}, { authorization: "Bearer envoi_x_y" }, { authorization: 7 }])
      expect(await closing(params)).toEqual({ code: 4403, reason: "This API key is missing or not valid" });
  });

  test("from a page of another origin is refused, from our own or from a program it is not", async () => {
    const outcome = (origin?: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(socketUrl(), "graphql-transport-ws", origin ? { origin } : {});
        socket.on("open", () => {
          socket.close();
          resolve("open");
        });
        socket.on("error", (error) => resolve(error.message));
      });
    expect(await outcome("https://evil.example")).toBe("Unexpected server response: 403");
    expect(await outcome("null")).toBe("Unexpected server response: 403");
    expect(await outcome(app.url)).toBe("open");
    expect(await outcome()).toBe("open");
  });

  test("at another path is refused", async () => {
    const message = await new Promise((resolve) => {
      const socket = new WebSocket(`${app.url.replace("http", "ws")}/elsewhere`, "graphql-transport-ws");
      socket.on("error", (error) => resolve(error.message));
    });
    expect(message).toBe("Unexpected server response: 404");
  });

  test("carries queries and mutations too, and their refusals have codes", async () => {
    const query = app.client.subscribe("{ viewer { name } }");
    await query.done;
    expect(query.values).toEqual([{ viewer: { name: "admin" } }]);
    const refused = app.client.subscribe(`mutation { activateCampaign(id: "nope") { id } }`);
    await refused.done;
    expect((refused.errors as Data[])[0].extensions).toMatchObject({ code: "CAMPAIGN_NOT_FOUND", kind: "not-found" });
  });

  test("takes 100 operations at once and refuses the next with RATE_LIMITED", async () => {
    const { id } = await aLiveCampaign(app.client);
    const open = Array.from({ length: 101 }, () =>
      app.client.subscribe("subscription ($id: ID!) { campaignStatusChanged(campaignId: $id) { to } }", { id }),
    );
    const refused = await until("a refusal", () => open.find((one) => one.errors.length > 0));
    expect((refused.errors as Data[])[0].extensions).toMatchObject({ code: "RATE_LIMITED", kind: "limited" });
    expect((refused.errors as Data[])[0].message).toContain("Complete one, or open a second socket");
    for (const one of open) one.stop();
  });
});

test("deliveryTimeline counts what left, in stretches of the size asked for", async () => {
  const { id } = await aLiveCampaign(app.client);
  await execute(app.client, { campaignId: id, requestId: "r", recipients: [...recipients(40), { userId: "nowhere" }] });
  await sent(id, 40);
  const query =
    "query ($id: ID!, $from: DateTime, $to: DateTime, $size: Int) { deliveryTimeline(campaignId: $id, from: $from, to: $to, bucketSeconds: $size) { at sent failed excluded } }";
  const { deliveryTimeline } = await app.client.expectData(query, { id, size: 3600 });
  const sums = deliveryTimeline.reduce(
    (sum: Data, point: Data) => ({ sent: sum.sent + point.sent, excluded: sum.excluded + point.excluded }),
    { sent: 0, excluded: 0 },
  );
  expect(sums).toEqual({ sent: 40, excluded: 1 });
  for (const bad of [{ size: 0 }, { from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" }])
    expect((await app.client.expectCode("INPUT_INVALID", query, { id, ...bad })).message).toBe(
      "from must lie before to, and bucketSeconds be 1 or more.",
    );
  const many = await app.client.expectCode("INPUT_INVALID", query, { id, size: 1, from: "2020-01-01T00:00:00Z" });
  expect(many.message).toContain("more than 2000 points");
});
