import { connect, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { aLiveCampaign, executeDocument, recipients } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
let other: { secret: string };
let campaignId: string;
const opened: Socket[] = [];
beforeAll(async () => {
  app = await startTestApp({ LARGE_BODY_WAIT_SECONDS: "2" });
  const create = `mutation { createApiKey(input: { name: "other", role: TRIGGER }) { secret } }`;
  other = (await app.client.expectData(create)).createApiKey;
  campaignId = (await aLiveCampaign(app.client)).id;
});
afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
});
afterAll(() => app.stop());

type Upload = { readonly socket: Socket; said(): string };

/** Headers of a large body, and as much of it as is given. */
function begin(path: string, key: string | null, { length = 2_000_000, piece = "{" } = {}): Promise<Upload> {
  const { hostname, port } = new URL(app.url);
  const authorization = key === null ? "" : `authorization: Bearer ${key}\r\n`;
  return new Promise((resolve, reject) => {
    let said = "";
    const socket = connect({ host: hostname, port: Number(port) });
    opened.push(socket);
    socket.on("data", (data) => {
      said += data;
    });
    socket.on("error", reject);
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${authorization}content-length: ${length}\r\n\r\n${piece}`,
      () => resolve({ socket, said: () => said }),
    );
  });
}

const beginMany = (count: number, path: string, key: string | null) =>
  Promise.all(Array.from({ length: count }, () => begin(path, key)));

const leaveAll = (uploads: readonly Upload[]): void => {
  for (const { socket } of uploads) socket.destroy();
};

let calls = 0;
/** A call of more than 1 MB that is all right. */
async function callLarge(key: string, signal?: AbortSignal) {
  const people = recipients(30).map((person) => ({ ...person, context: { name: "x".repeat(40_000) } }));
  calls += 1;
  const input = { campaignId, requestId: `large-${calls}`, recipients: people };
  const response = await fetch(`${app.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify({ query: executeDocument, variables: { input } }),
    ...(signal ? { signal } : {}),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const expectAnswered = async (key = app.adminKey) => {
  const { status, text } = await callLarge(key);
  expect([status, text]).toEqual([200, expect.stringContaining('"acceptedCount":30')]);
};

describe("whoever holds large bodies up and goes away takes nothing with them", () => {
  test.each(["/graphql", "/nothing", "/health/ready", "/assets/x", "/"])("without a key, at %s", async (path) => {
    const held = await beginMany(4, path, null);
    const waiting = await beginMany(4, path, null);
    await until("they are refused", () => [...held, ...waiting].every(({ said }) => /^HTTP\/1.1 4\d\d /.test(said())));
    await expectAnswered();
    leaveAll(waiting);
    leaveAll(held);
    await expectAnswered();
  });

  test("with a key, while they wait for their turn", async () => {
    const held = await beginMany(3, "/graphql", app.adminKey);
    const waiting = await beginMany(6, "/graphql", app.adminKey);
    leaveAll(waiting);
    leaveAll(held);
    await expectAnswered();
  });

  test("with a key that is still looked up when they go", async () => {
    for (let round = 0; round < 5; round += 1) leaveAll(await beginMany(5, "/graphql", app.adminKey));
    await expectAnswered();
  });

  test("with whole calls that are dropped at any time", async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        callLarge(app.adminKey, AbortSignal.timeout(index * 20)).catch((error) => expect(error.name).toBe("TimeoutError")),
      ),
    );
    await expectAnswered();
  });
});

test("one key that holds all the turns it can get does not keep another's large call waiting", async () => {
  const held = await beginMany(5, "/graphql", app.adminKey);
  await expectAnswered(other.secret);
  leaveAll(held);
});

test("a call whose turn does not come is answered 429 with RATE_LIMITED, unread, and its connection goes on", async () => {
  const held = await beginMany(2, "/graphql", app.adminKey);
  // The first may come before those that hold the turns: their keys are looked up.
  const { headers, text } = await until("a refusal", async () => {
    const answer = await callLarge(app.adminKey);
    return answer.status === 429 && answer;
  });
  expect(headers.get("retry-after")).toBe("5");
  expect(headers.get("connection")).not.toBe("close");
  expect(JSON.parse(text).errors[0].extensions).toMatchObject({
    ...{ code: "RATE_LIMITED", kind: "limited", requestId: headers.get("x-request-id") },
  });
  leaveAll(held);
  await expectAnswered();
});

test("a body that says it has more than 64 MB is told so before it is sent, and one that turns out to has an answer, too", async () => {
  const { said } = await begin("/graphql", app.adminKey, { length: 70_000_000 });
  await until("the answer", () => said().includes("BODY_TOO_LARGE"));
  expect(said()).toMatch(/^HTTP\/1.1 413 /);
  const whole = new Uint8Array(70_000_000).fill(32);
  const inChunks = new ReadableStream({
    start(controller) {
      for (let at = 0; at < whole.length; at += 1_000_000) controller.enqueue(whole.subarray(at, at + 1_000_000));
      controller.close();
    },
  });
  for (const body of [whole, inChunks]) {
    const response = await fetch(`${app.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${app.adminKey}` },
      body,
      duplex: "half",
    } as RequestInit);
    expect([response.status, await response.text()]).toEqual([413, expect.stringContaining("BODY_TOO_LARGE")]);
  }
  await expectAnswered();
});
