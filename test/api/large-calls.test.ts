import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditTrail } from "../support/audit.ts";
import { aLiveCampaign, executeDocument, recipients, statsOf } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
let campaignId: string;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMIT_COST_PER_SECOND: "20000" });
  campaignId = (await aLiveCampaign(app.client)).id;
});
afterAll(() => app.stop());

/** White space in a document counts for nothing, and brings a body over what the loop reads itself. */
const padding = " ".repeat(80_000);
type Post = { readonly headers?: Record<string, string>; readonly key?: string };

async function post(body: BodyInit, { headers = {}, key = app.adminKey }: Post = {}) {
  const response = await fetch(`${app.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}`, ...headers },
    body,
    ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
  } as RequestInit);
  const text = await response.text();
  return { status: response.status, headers: Object.fromEntries(response.headers), text };
}

const callOf = (requestId: string, count = 3, extra = "") =>
  JSON.stringify({ query: executeDocument, variables: { input: { campaignId, requestId, recipients: recipients(count) } } }) +
  extra;

/** What differs from call to call by its nature. */
const steady = ({ status, headers, text }: Awaited<ReturnType<typeof post>>) => {
  const {
    date: _date,
    connection: _connection,
    "content-length": _length,
    "x-request-id": _id,
    "keep-alive": _alive,
    ...kept
  } = headers;
  return { status, headers: kept, text: text.replaceAll(/"requestId":"[0-9a-f-]{36}"/g, "") };
};

describe("a large call is answered as a small one", () => {
  const bodies: Readonly<Record<string, (padding: string) => [BodyInit, Post?]>> = {
    "a query": (space) => [`{"query":"{ viewer { id } }"}${space}`],
    "a faulty document": (space) => [`{"query":"{ nobody }"}${space}`],
    "a faulty value": (space) => [`{"query":"{ campaign(id: 3) { id } }"}${space}`],
    "no campaign": (space) => [callOf("none").replace(campaignId, "01a21e2e-f3ed-7367-9a95-8b022eece6e9") + space],
    "no JSON": (space) => [`{"query":"{ viewer { id } }"${space}`],
    nothing: (space) => [space],
    "a list": (space) => [`[{"query":"{ viewer { id } }"}]${space}`],
    "a subscription": (space) => [`{"query":"subscription { approvalRequested { id } }"}${space}`],
    gzip: (space) => [
      new Uint8Array(Buffer.concat([gzipSync('{"query":"{ viewer { id } }"}'), Buffer.from(space)])),
      { headers: { "content-encoding": "gzip" } },
    ],
    "a charset": (space) => [
      `{"query":"{ viewer { id } }"}${space}`,
      { headers: { "content-type": "application/json; charset=utf-8" } },
    ],
    "another type": (space) => [`{"query":"{ viewer { id } }"}${space}`, { headers: { "content-type": "application/xml" } }],
    "no answer that it accepts": (space) => [`{"query":"{ viewer { id } }"}${space}`, { headers: { accept: "text/html" } }],
    "a foreign origin": (space) => [`{"query":"{ viewer { id } }"}${space}`, { headers: { origin: "https://evil.example" } }],
    "a wrong key": (space) => [`{"query":"{ viewer { id } }"}${space}`, { key: "wrong" }],
    __proto__: (space) => [`{"query":"{ viewer { id } }","__proto__":{"x":1},"constructor":{"prototype":{}}}${space}`],
    "bytes that are no text": (space) => [new Uint8Array(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(space)]))],
  };

  test.each(Object.entries(bodies))("%s", async (_name, bodyOf) => {
    const [small, large] = [await post(...bodyOf("")), await post(...bodyOf(padding))];
    expect(steady(large)).toEqual(steady(small));
    expect(large.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("also when it comes in chunks, and says no length", async () => {
    const inChunks = (text: string) => new Blob([text]).stream();
    for (const space of ["", padding, " ".repeat(1_500_000)]) {
      const { status, text } = await post(inChunks(callOf("in chunks") + space));
      expect([status, text]).toEqual([200, expect.stringContaining('"acceptedCount":3')]);
    }
  });
});

test("a requestId that came in a small call is replayed by a large one, and the other way round", async () => {
  for (const [first, second] of [
    ["", padding],
    [padding, ""],
  ]) {
    const requestId = `replayed ${first?.length}`;
    const [one, two] = [await post(callOf(requestId) + first), await post(callOf(requestId) + second)];
    const executionOf = (text: string) => JSON.parse(text).data.executeCampaign;
    expect(executionOf(one.text).replayed).toBe(false);
    expect(executionOf(two.text)).toMatchObject({ replayed: true, execution: { id: executionOf(one.text).execution.id } });
  }
  const other = await post(callOf("replayed 0", 2) + padding);
  expect(JSON.parse(other.text).errors[0].extensions.code).toBe("REQUEST_ID_REUSED");
});

test("what a large call accepted is sent, and the trail knows who asked, by the id of the answer", async () => {
  const before = await statsOf(app.client, campaignId);
  const { text } = await post(callOf("sent", 50) + padding);
  expect(JSON.parse(text).data.executeCampaign.acceptedCount).toBe(50);
  await until("they are sent", async () => (await statsOf(app.client, campaignId)).sent >= before.accepted + 50);
  const profiles = [{ namespace: "email", userId: "large@b.example" }];
  const query = "mutation ($profiles: [ProfileInput!]!) { upsertProfiles(profiles: $profiles) { createdCount } }";
  const { headers } = await post(JSON.stringify({ query, variables: { profiles } }) + padding);
  const [entry] = await auditTrail(app.client, { requestId: headers["x-request-id"] });
  expect(entry).toMatchObject({ type: "profiles.upserted", actor: { kind: "KEY" } });
});

test("over REST, too: accepted, sent and replayed, and faults are problem documents", async () => {
  const marketing = await aLiveCampaign(app.client, { highThroughput: false });
  const execute = async (body: string) => {
    const response = await fetch(`${app.url}/ajo/im/executions/unitary`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${app.adminKey}` },
      body,
    });
    return { status: response.status, type: response.headers.get("content-type"), told: await response.json() };
  };
  const people = Array.from({ length: 2_000 }, (_, index) => ({
    type: "aep",
    userId: `rest${index}@b.example`,
    namespace: "email",
  }));
  const body = JSON.stringify({ requestId: "over REST", campaignId: marketing.id, recipients: people });
  const [first, second] = [await execute(body), await execute(body)];
  expect([first.status, second.status]).toEqual([202, 202]);
  expect(second.told).toMatchObject({ executionId: (first.told as { executionId: string }).executionId });
  const faulty = await execute(body.replaceAll('"userId"', '"user"'));
  expect(faulty).toMatchObject({ status: 400, type: expect.stringContaining("application/problem+json") });
});

test("small and large calls spend one budget", async () => {
  const list = "campaigns(first: 500) { edges { node { id title } } }";
  const query = `{ ${Array.from({ length: 10 }, (_, index) => `a${index}: ${list}`).join(" ")} }`;
  const codes = new Set<string>();
  await until("the second is spent", async () => {
    const told = await Promise.all([post(JSON.stringify({ query })), post(JSON.stringify({ query }) + padding)]);
    for (const { text } of told) codes.add(JSON.parse(text).errors?.[0]?.extensions.code ?? "answered");
    return codes.has("RATE_LIMITED") && codes.has("answered");
  });
  await until("there is a next one", async () => (await post('{"query":"{ viewer { id } }"}')).status === 200);
});

test("whoever goes away while the body comes gives the turn back, and is forgotten", async () => {
  const { hostname, port } = new URL(app.url);
  for (let round = 0; round < 8; round += 1) {
    const socket = connect({ host: hostname, port: Number(port) });
    const head = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Bearer ${app.adminKey}\r\ncontent-length: 5000000\r\n\r\n`;
    await new Promise<void>((resolve) => socket.write(head + " ".repeat(2_500_000), () => resolve()));
    socket.destroy();
  }
  const { status } = await post(callOf("after all") + " ".repeat(2_000_000));
  expect(status).toBe(200);
});
