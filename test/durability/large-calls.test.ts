import { afterAll, beforeAll, expect, test } from "vitest";
import { act, aLiveCampaign, executeDocument, recipients, statsOf } from "../support/campaigns.ts";
import { forgetPeak, peakMegabytesOf } from "../support/process-use.ts";
import { aDataFolder, cleanUp, type ServerProcess, signal, startServer } from "../support/server-process.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { until } from "../support/until.ts";

let server: ServerProcess;
let other: string;
let campaignId: string;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await createTestDatabase();
  drop = database.drop;
  server = await startServer({ DATABASE_URL: database.url, ENVOI_DATA: aDataFolder(), LARGE_BODY_WAIT_SECONDS: "60" });
  const create = 'mutation { createApiKey(input: { name: "other", role: TRIGGER }) { secret } }';
  other = (await server.client.expectData(create)).createApiKey.secret;
  campaignId = (await aLiveCampaign(server.client, { highThroughput: true })).id;
  await act(server.client, "pauseCampaign", campaignId);
});
afterAll(async () => {
  await cleanUp();
  await drop?.();
});

async function call(requestId: string, people: readonly object[], key = server.adminKey) {
  const body = JSON.stringify({ query: executeDocument, variables: { input: { campaignId, requestId, recipients: people } } });
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body,
  });
  return { status: response.status, bytes: body.length, ...((await response.json()) as { data?: never; errors?: never }) };
}

/** One letter that is not Latin, and every letter beside it takes two bytes. */
const many = (prefix: string, { letter = "x" } = {}) => {
  const context = { name: `${letter}${"x".repeat(12_490)}` };
  return recipients(5_000, prefix).map(({ userId }) => ({ userId, context }));
};
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
/** 45,000 people with 180 objects each. */
const deep = recipients(45_000, "deep").map(({ userId }) => ({
  userId,
  context: { x: Array.from({ length: 10 }, () => nested(18)) },
}));
/** Names that nothing else has: as objects they take ten times their bytes. */
const swelling = recipients(2_900, "swelling").map(({ userId }, person) => ({
  userId,
  context: Object.fromEntries(Array.from({ length: 650 }, (_, index) => [`k${(person * 650 + index).toString(36)}`, "жxxxxxx"])),
}));

test("three calls of 64 MB at once are accepted, and the process stays under 1 GB", { retry: 1 }, async () => {
  forgetPeak(server.pid);
  const { accepted } = await statsOf(server.client, campaignId);
  const round = Math.floor(performance.now());
  const told = await Promise.all([
    call(`one ${round}`, many("one")),
    call(`two ${round}`, many("two", { letter: "ж" })),
    call(`three ${round}`, many("three"), other),
  ]);
  for (const { status, bytes, errors } of told) {
    expect(bytes).toBeGreaterThan(60_000_000);
    expect([status, errors]).toEqual([200, undefined]);
  }
  expect((await statsOf(server.client, campaignId)).accepted).toBe(accepted + 15_000);
  process.stderr.write(`peak ${Math.round(peakMegabytesOf(server.pid))} MB\n`);
  expect(peakMegabytesOf(server.pid)).toBeLessThan(1024);
});

test("a body with more values than a call may have is refused before it is read, and nothing breaks", async () => {
  const refused = await call("deep", deep);
  const told = { code: "BODY_TOO_LARGE", details: { valuesMax: 2_000_000 } };
  expect([refused.status, refused.errors]).toEqual([
    413,
    [expect.objectContaining({ extensions: expect.objectContaining(told) })],
  ]);
  expect(server.output()).not.toContain("the next call starts it again");
});

test("a call that takes more memory than the thread has breaks off with an error that says so, and the next one is answered", async () => {
  const broken = await call("swelling", swelling);
  expect([broken.status, broken.errors]).toEqual([
    503,
    [expect.objectContaining({ extensions: expect.objectContaining({ code: "CALL_BROKE_OFF", details: { retryable: true } }) })],
  ]);
  expect(server.output()).toContain("the next call starts it again");
  expect(await call("after it", recipients(2_000))).toMatchObject({ status: 200 });
});

test("a stop waits for the call that is worked on, and not for the connection that brought it", async () => {
  const called = call("at the end", many("end"));
  await until("it is let in", async () => (await server.client.call("{ viewer { id } }")).status === 200);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const stopped = signal(server, "SIGTERM");
  expect(await called).toMatchObject({ status: 200, data: { executeCampaign: { acceptedCount: 5_000 } } });
  const answeredAt = performance.now();
  expect(await stopped).toEqual({ code: 0, signal: null });
  // A client keeps a connection for over a minute.
  expect(performance.now() - answeredAt).toBeLessThan(20_000);
});
