import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRawSocket, type RawSocket } from "../support/raw-socket.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let socket: RawSocket;
beforeAll(async () => {
  app = await startTestApp();
  socket = await openRawSocket(app.url);
  await socket.init(app.adminKey);
});
afterAll(async () => {
  socket.socket.terminate();
  await app.stop();
});

const times = (count: number, piece: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => piece(index)).join(" ");
const nested = (depth: number): string =>
  `${"{ campaign(id: 1) { executions { edges { node ".repeat(depth)}{ id }${" } } }".repeat(depth)}`;
const id = "01900000-0000-7000-8000-000000000000";

const fanOut = (type: string, leaf: string): string =>
  `fragment F16 on ${type} { ${leaf} } ${times(16, (index) => `fragment F${index} on ${type} { ...F${index + 1} ...F${index + 1} }`)}`;
const circle = `query { ...F0 } ${times(30, (index) => `fragment F${index} on Query { ${times(30, (other) => `...F${other}`)} }`)}`;

/** Documents that any key may send, and the one code that each is refused with on every door. */
const documents: [what: string, document: string, code: string][] = [
  ["a thousand aliases", `{ ${times(1000, (index) => `a${index}: viewer { id }`)} }`, "DOCUMENT_TOO_LONG"],
  ["sixty aliases", `{ viewer { ${times(60, (index) => `a${index}: id`)} } }`, "ALIASES_TOO_MANY"],
  ["sixty aliases of __typename", `{ viewer { ${times(60, (index) => `a${index}: __typename`)} } }`, "ALIASES_TOO_MANY"],
  [
    "a hundred aliased mutations",
    `mutation { ${times(100, (index) => `a${index}: revokeApiKey(id: "${id}") { id }`)} }`,
    "ALIASES_TOO_MANY",
  ],
  ["twenty-one calls in one", `{ ${times(21, (index) => `a${index}: campaign(id: "${id}") { id }`)} }`, "ROOT_FIELDS_TOO_MANY"],
  [
    "twenty-one calls through fragments",
    `{ ...A ...B } fragment A on Query { ${times(11, (index) => `a${index}: workers { id }`)} } fragment B on Query { ${times(11, (index) => `b${index}: workers { id }`)} }`,
    "ROOT_FIELDS_TOO_MANY",
  ],
  ["ten unknown directives at a field", `{ viewer { id ${times(10, (index) => `@d${index}`)} } }`, "DIRECTIVES_TOO_MANY"],
  ["one directive five hundred times", `{ viewer { id ${times(500, () => "@a")} } }`, "DIRECTIVES_TOO_MANY"],
  ["ten directives at the operation", `query ${times(10, () => "@a")} { viewer { id } }`, "DIRECTIVES_TOO_MANY"],
  ["5,000 duplicate fields", `{ viewer { ${times(5000, () => "id")} } }`, "DOCUMENT_TOO_LONG"],
  ["2,000 overlapping fields", `{ ${times(2000, () => "viewer { id }")} }`, "DOCUMENT_TOO_LONG"],
  [
    "13 levels",
    "{ campaigns { edges { node { executions { edges { node { messages { edges { node { timeline { at { x { y } } } } } } } } } } } } }",
    "DOCUMENT_TOO_DEEP",
  ],
  [
    "a document that follows a relation in circles",
    `{ campaign(id: 1) { executions { edges { node { campaign { executions { edges { node { campaign { executions { edges { node { id } } } } } } } } } } } } }`,
    "DOCUMENT_TOO_DEEP",
  ],
  [
    "depth hidden in fragments",
    `{ ...A } fragment A on Query { campaigns { edges { ...B } } } fragment B on CampaignEdge { node { executions { edges { ...C } } } } fragment C on ExecutionEdge { node { messages { edges { node { timeline { at { x { y { z } } } } } } } } }`,
    "DOCUMENT_TOO_DEEP",
  ],
  ["5,000 levels", nested(1250), "DOCUMENT_TOO_LONG"],
  ["fragments that double sixteen times", `{ viewer { ...F0 } } ${fanOut("Viewer", "id")}`, "DOCUMENT_TOO_COSTLY"],
  ["the same at the top", `{ ...F0 } ${fanOut("Query", "viewer { id }")}`, "ROOT_FIELDS_TOO_MANY"],
  ["thirty fragments that all name one another", circle, "GRAPHQL_VALIDATION_FAILED"],
  [
    "a list of lists of lists",
    "{ campaigns(first: 500) { edges { node { executions(first: 500) { edges { node { messages(first: 500) { edges { node { id } } } } } } } } } }",
    "DOCUMENT_TOO_COSTLY",
  ],
  [
    "lists without a size, which count as 50",
    "{ campaigns { edges { node { executions { edges { node { messages { edges { node { id } } } } } } } } } }",
    "DOCUMENT_TOO_COSTLY",
  ],
  ["more rows than a page may have", "{ campaigns(first: 100000) { edges { node { id } } } }", "INPUT_INVALID"],
  [
    "introspection in circles",
    "{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }",
    "GRAPHQL_VALIDATION_FAILED",
  ],
  ["an unknown operation", "query A { viewer { id } } query B { viewer { id } }", "GRAPHQL_VALIDATION_FAILED"],
];

type Told = { message: string; extensions: { code: string; details: Record<string, unknown> } };

describe("over HTTP", () => {
  test.each(documents)("%s: refused", async (_what, query, code) => {
    const { status, errors } = await app.client.call(query);
    expect(errors?.[0]?.extensions.code, JSON.stringify(errors)).toBe(code);
    expect(errors?.length).toBeLessThanOrEqual(5);
    // A page that is too long is refused by its field.
    expect(status).toBe(code === "INPUT_INVALID" ? 200 : 400);
  });
});

describe("over a WebSocket", () => {
  test.each(documents)("%s: refused in the same way", async (what, query, code) => {
    socket.send({ id: what, type: "subscribe", payload: { query } });
    const answer = await socket.answerTo(what);
    const errors = (answer.type === "error" ? answer.payload : (answer.payload as { errors: unknown }).errors) as Told[];
    if (code === "GRAPHQL_VALIDATION_FAILED") expect(["INPUT_INVALID", code]).toContain(errors[0]?.extensions.code);
    else expect(errors[0]?.extensions.code, JSON.stringify(errors)).toBe(code);
    expect(errors.length).toBeLessThanOrEqual(5);
  });
});

test("a refusal says what was asked for, what is allowed and what to do", async () => {
  const query =
    "query ($first: Int) { campaigns(first: $first) { edges { node { executions(first: 500) { edges { node { id } } } } } } }";
  const { errors } = await app.client.call(query, { first: 500 });
  expect(errors?.[0]).toMatchObject({
    message:
      "This operation costs 751501; a cost of 50000 is allowed. Ask for fewer rows with `first`, or for an inner list in an operation of its own.",
    extensions: { code: "DOCUMENT_TOO_COSTLY", kind: "invalid", details: { cost: 751_501, costMax: 50_000 } },
  });
  const long = await app.client.call(`{ ${times(1000, (index) => `a${index}: viewer { id }`)} }`);
  expect(long.errors?.[0]).toMatchObject({
    message: "A document may have 2000 words and signs. Put values into variables: they do not count.",
    extensions: { details: { tokensMax: 2000 } },
  });
});

describe("the cost follows what is asked", () => {
  const scalars = "id title description status category channel namespace createdAt updatedAt timeZone";

  test("a page of 500 with ten scalar fields runs, and fifty of them in a second", async () => {
    const page = `query ($first: Int!) { campaigns(first: $first) { edges { cursor node { ${scalars} } } pageInfo { hasNextPage endCursor } totalCount } }`;
    const answers = await Promise.all(Array.from({ length: 50 }, () => app.client.call(page, { first: 500 })));
    expect(answers.map(({ status, errors }) => [status, errors])).toEqual(Array(50).fill([200, undefined]));
  });

  test("the same document is let in or not by its variables, defaults and @include", async () => {
    const list = "campaigns(first: $n) { edges { node { executions(first: $n) { edges { node { id } } } } } }";
    const codeOf = async (query: string, variables = {}) =>
      (await app.client.call(query, variables)).errors?.[0]?.extensions.code;
    expect(await codeOf(`query ($n: Int) { ${list} }`, { n: 5 })).toBeUndefined();
    expect(await codeOf(`query ($n: Int) { ${list} }`, { n: 500 })).toBe("DOCUMENT_TOO_COSTLY");
    expect(await codeOf(`query ($n: Int) { ${list} }`, { n: 5 })).toBeUndefined();
    expect(await codeOf(`query ($n: Int = 500) { ${list} }`)).toBe("DOCUMENT_TOO_COSTLY");
    expect(await codeOf(`query ($n: Int = 500) { ${list} }`, { n: 1 })).toBeUndefined();
    const optional = `query ($n: Int, $all: Boolean!) { viewer { id } ... @include(if: $all) { ${list} } }`;
    expect(await codeOf(optional, { n: 500, all: false })).toBeUndefined();
    expect(await codeOf(optional, { n: 500, all: true })).toBe("DOCUMENT_TOO_COSTLY");
    expect(await codeOf(optional, { n: 5 })).toBe("INPUT_INVALID");
    expect(await codeOf(`query ($n: Int) { ${list} }`, { n: "x".repeat(100_000) })).toBe("INPUT_INVALID");
  });

  test("a document with two operations costs what the one costs that runs", async () => {
    const query =
      "query Small { viewer { id } } query Large { campaigns(first: 500) { edges { node { executions(first: 500) { edges { node { id } } } } } } }";
    const run = async (operationName: string) => {
      const response = await fetch(`${app.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${app.adminKey}` },
        body: JSON.stringify({ query, operationName }),
      });
      return ((await response.json()) as { errors?: Told[] }).errors?.[0]?.extensions.code;
    };
    expect(await run("Small")).toBeUndefined();
    expect(await run("Large")).toBe("DOCUMENT_TOO_COSTLY");
  });

  test("reading the whole schema is within the limits", async () => {
    const { getIntrospectionQuery } = await import("graphql");
    expect((await app.client.expectData(getIntrospectionQuery())).__schema.types.length).toBeGreaterThan(50);
  });
});

describe("what is wrong with a document is told five times at most", () => {
  test("a hundred unknown fields", async () => {
    const { errors, status } = await app.client.call(`{ viewer { ${times(100, (index) => `nope${index}`)} } }`);
    expect([status, errors?.length]).toEqual([400, 5]);
  });

  test("a thousand faulty recipients", async () => {
    const recipients = Array.from({ length: 1000 }, () => ({ userId: 7, nope: true }));
    const query = "mutation ($input: ExecuteCampaignInput!) { executeCampaign(input: $input) { replayed } }";
    const { errors, status } = await app.client.call(query, { input: { campaignId: id, requestId: "r", recipients } });
    expect(status).toBe(400);
    expect(errors).toHaveLength(5);
    expect(JSON.stringify(errors).length).toBeLessThan(5000);
  });

  test("nine fields that fail are told five times, and in the data all of them", async () => {
    const { errors, data } = await app.client.call(`{ ${times(9, (index) => `a${index}: execution { id }`)} }`);
    expect(errors).toHaveLength(5);
    expect(Object.values(data)).toEqual(Array(9).fill(null));
  });

  test("an id of 5,000 characters comes back as its beginning", async () => {
    const { errors } = await app.client.call("query ($id: ID!) { message(id: $id) { id } }", { id: "x".repeat(5000) });
    const other = await app.client.call("mutation ($id: ID!) { cancelExecution(id: $id) { id } }", { id: "y".repeat(5000) });
    for (const told of [...(errors ?? []), ...(other.errors ?? [])]) expect(JSON.stringify(told).length).toBeLessThan(800);
    expect(other.errors?.[0]?.message).toMatch(/y{100}…/);
  });
});

describe("the door itself", () => {
  const send = async (init: RequestInit, path = "/graphql") => {
    const response = await fetch(`${app.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${app.adminKey}`, ...init.headers },
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const query = "{ viewer { id } }";
  const encoded = encodeURIComponent(query);

  test.each<[string, RequestInit, string, number]>([
    ["a GET, which has its key in a header", {}, `/graphql?query=${encoded}`, 200],
    [
      "a mutation by GET",
      { headers: { "apollo-require-preflight": "1" } },
      `/graphql?query=${encodeURIComponent("mutation { archiveCampaign(id: 1) { id } }")}`,
      405,
    ],
    [
      "text/plain",
      { method: "POST", headers: { "content-type": "text/plain" }, body: JSON.stringify({ query }) },
      "/graphql",
      415,
    ],
    [
      "a form",
      { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: `query=${encoded}` },
      "/graphql",
      415,
    ],
    [
      "a form of parts",
      {
        method: "POST",
        headers: { "content-type": "multipart/form-data; boundary=x" },
        body: `--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n${query}\r\n--x--`,
      },
      "/graphql",
      415,
    ],
    ["no content type", { method: "POST", body: new Uint8Array(Buffer.from(JSON.stringify({ query }))) }, "/graphql", 415],
    [
      "a list of operations",
      { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify([{ query }, { query }]) },
      "/graphql",
      400,
    ],
    ["broken JSON", { method: "POST", headers: { "content-type": "application/json" }, body: '{"query": ' }, "/graphql", 400],
    [
      "five megabytes",
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query, variables: { x: "x".repeat(5_000_000) } }),
      },
      "/graphql",
      413,
    ],
  ])("%s", async (_what, init, path, status) => {
    const answer = await send(init, path);
    expect(answer.status, answer.text).toBe(status);
    if (status === 200) return;
    const { errors } = JSON.parse(answer.text) as { errors: Told[] };
    expect(errors[0]?.extensions.code).toMatch(/^[A-Z_]+$/);
    expect(errors[0]?.extensions.code).not.toBe("INTERNAL");
    expect(answer.text).not.toMatch(/<html|stack|node_modules/);
  });

  test("other sites are given no leave to read answers", async () => {
    const { headers } = await send({
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });

  test("an upgrade with a path that is no address does not end the server", async () => {
    const { connect } = await import("node:net");
    const { hostname, port } = new URL(app.url);
    for (const path of ["//", "http://", "/graphql/../..", "*", "/graphql?%zz"]) {
      await new Promise<void>((resolve) => {
        const raw = connect({ host: hostname, port: Number(port) }, () =>
          raw.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`),
        );
        raw.on("data", () => raw.destroy());
        raw.on("error", () => undefined);
        raw.on("close", () => resolve());
      });
    }
    expect((await app.client.call(query)).status).toBe(200);
  });
});
