import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorCatalogue } from "../../src/base/index.ts";
import { openRawSocket, type RawSocket } from "../support/raw-socket.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let hiding: TestApp;
let socket: RawSocket;
beforeAll(async () => {
  app = await startTestApp();
  hiding = await startTestApp({ INTROSPECTION: "off" });
  // From the sources, what answers large bodies takes some seconds to start.
  for (const at of [app, hiding]) await send({ body: `{"query":"{ viewer { id } }"}${" ".repeat(80_000)}` }, at);
  socket = await openRawSocket(app.url);
  await socket.init(app.adminKey);
});
afterAll(async () => {
  socket.socket.terminate();
  await app.stop();
  await hiding.stop();
});

type Told = { message: string; locations?: unknown; extensions: { code: string; requestId: string; details: object } };

/** Sending and reading a megabyte takes a part of it where other tests run; work that grows with the square takes minutes. */
const millisecondsMax = 2500;

async function send(init: RequestInit, { url, adminKey } = app, path = "/graphql") {
  const headers = { "content-type": "application/json", authorization: `Bearer ${adminKey}`, ...init.headers };
  const startedAt = performance.now();
  const response = await fetch(`${url}${path}`, { method: "POST", ...init, headers });
  const text = await response.text();
  const { errors } = JSON.parse(text) as { errors?: Told[] };
  return { status: response.status, headers: response.headers, text, errors, milliseconds: performance.now() - startedAt };
}

const post = (body: unknown, at = app) => send({ body: JSON.stringify(body) }, at);
const faults = (count: number) => Array.from({ length: count }, (_, index) => `nope${index}`).join("\n");

describe("the length of a document is judged before anything else of it", () => {
  test.each([
    ["a megabyte of line breaks and 99 faults", `{${"\n".repeat(900_000)}${faults(99)} }`],
    ["a name of a megabyte", `{ ${"a".repeat(900_000)} }`],
    ["a comment of a megabyte", `#${"x".repeat(900_000)}\n{ viewer { id } }`],
    ["a text of a megabyte", `{ campaigns(search: "${"x".repeat(900_000)}") { totalCount } }`],
  ])("%s", async (_what, query) => {
    const { status, errors, milliseconds } = await post({ query });
    expect([status, errors?.length, errors?.[0]?.extensions.code]).toEqual([400, 1, "DOCUMENT_TOO_LONG"]);
    expect(errors?.[0]).toMatchObject({ extensions: { details: { charactersMax: 100_000 } } });
    expect(milliseconds).toBeLessThan(millisecondsMax);
  });

  test("values in variables do not count", async () => {
    const query = "query ($search: String) { campaigns(search: $search) { totalCount } }";
    const { errors } = await post({ query, variables: { search: "x".repeat(200_000) } });
    expect(errors?.[0]?.extensions.code).not.toBe("DOCUMENT_TOO_LONG");
  });
});

describe("within the length, faults cost by their number and not by the lines before them", () => {
  const circle = Array.from({ length: 200 }, (_, at) => `fragment F${at} on Query { ...F${(at + 1) % 200} }`).join("\n");
  test.each([
    ["95,000 lines before 400 faults", `{${"\n".repeat(95_000)}${faults(400)} }`],
    ["95,000 lines before a circle of 200 fragments", `${"\n".repeat(85_000)}{ ...F0 } ${circle}`],
    [
      "500 fields of one name that differ",
      `{${"\n".repeat(90_000)}${"viewer { id } ".repeat(10)} ${Array.from({ length: 400 }, (_, at) => `a: nope${at}`).join(" ")} }`,
    ],
  ])("%s, over HTTP and over a WebSocket", async (what, query) => {
    const { status, errors, milliseconds } = await post({ query });
    expect([status, errors?.[0]?.extensions.code]).toEqual([
      400,
      expect.stringMatching(/^(GRAPHQL_VALIDATION_FAILED|ALIASES_TOO_MANY|ROOT_FIELDS_TOO_MANY)$/),
    ]);
    expect(errors?.length).toBeLessThanOrEqual(5);
    for (const { locations } of errors ?? []) expect(JSON.stringify(locations ?? []).length).toBeLessThan(60);
    expect(milliseconds).toBeLessThan(millisecondsMax);
    const short = query.replace(/\n{20000,}/, "\n".repeat(20_000));
    const startedAt = performance.now();
    socket.send({ id: what, type: "subscribe", payload: { query: short } });
    expect((await socket.answerTo(what)).type).toBe("error");
    expect(performance.now() - startedAt).toBeLessThan(millisecondsMax);
  });

  test("the place of a fault is told as it stands in the text", async () => {
    const { errors } = await post({ query: "{\n  viewer { id }\r\n   nope\n}" });
    expect(errors?.[0]?.locations).toEqual([{ line: 3, column: 4 }]);
    const first = await post({ query: "{ nope }" });
    expect(first.errors?.[0]?.locations).toEqual([{ line: 1, column: 3 }]);
    const ofField = await post({ query: `{\n\n  campaigns(first: 100000) { totalCount } }` });
    expect(ofField.errors?.[0]?.locations).toEqual([{ line: 3, column: 3 }]);
  });
});

describe("long faulty values are told shortened, in time and in the words of the catalogue", () => {
  const long = 900_000;
  const values = [
    [
      "x".repeat(long),
      "Did you mean ".repeat(long / 13),
      " ".repeat(long),
      "😀".repeat(long / 4),
      `${"x".repeat(99)} `.repeat(long / 100),
    ],
    ["?".repeat(long), "\n".repeat(long / 2), '"'.repeat(long / 2), "\\".repeat(long / 2)],
  ].flat();
  test.each([
    ["an enum", "query ($v: CampaignStatus!) { campaigns(status: [$v]) { totalCount } }"],
    ["a whole number", "query ($v: Int) { campaigns(first: $v) { totalCount } }"],
    ["an instant", 'mutation ($v: DateTime) { createApiKey(input: { name: "n", role: VIEWER, expiresAt: $v }) { secret } }'],
    ["an id", "query ($v: ID!) { campaign(id: $v) { id } }"],
    ["an input", "mutation ($v: CreateApiKeyInput!) { createApiKey(input: $v) { secret } }"],
    ["an operation's name", null],
  ])("in place of %s", async (_what, query) => {
    for (const at of [app, hiding]) {
      for (const v of values) {
        const body = query ? { query, variables: { v } } : { query: "query A { viewer { id } }", operationName: v };
        const { errors, headers, milliseconds, text } = await post(body, at);
        // Some are no faults: an id that nobody has, an operation without a name.
        if (!errors) continue;
        const code = errors?.[0]?.extensions.code ?? "";
        expect(errorCatalogue, `${code} ${text.slice(0, 200)}`).toHaveProperty(code);
        expect(errors?.[0]?.extensions.requestId).toBe(headers.get("x-request-id"));
        expect(text.length).toBeLessThan(5000);
        expect(milliseconds).toBeLessThan(millisecondsMax);
      }
    }
  });

  test("without INTROSPECTION no name is suggested, wherever a value says that it is", async () => {
    const { errors } = await post(
      { query: "query ($v: CampaignStatus!) { campaigns(status: [$v]) { totalCount } }", variables: { v: "LIV" } },
      hiding,
    );
    expect(errors?.[0]?.message).not.toMatch(/Did you mean|LIVE"/);
  });
});

describe("whatever is wrong with a request, its answer has a code of the catalogue and the id of its call", () => {
  const authorization = { "apollo-require-preflight": "1" };
  const query = encodeURIComponent("{ viewer { name } }");
  const mutation = encodeURIComponent('mutation { createApiKey(input: { name: "by GET", role: VIEWER }) { secret } }');
  test.each<[string, RequestInit, string, number]>([
    ["a list of operations", { body: '[{"query":"{ viewer { id } }"}]' }, "", 400],
    ["an empty list", { body: "[]" }, "", 400],
    ["an empty object", { body: "{}" }, "", 400],
    ["a text", { body: '"x"' }, "", 400],
    ["null", { body: "null" }, "", 400],
    ["a document that is a number", { body: '{"query":1}' }, "", 400],
    ["a document that is an object", { body: '{"query":{"kind":"Document"}}' }, "", 400],
    ["variables that are a text", { body: '{"query":"{ viewer { id } }","variables":"{}"}' }, "", 400],
    ["variables that are a list", { body: '{"query":"{ viewer { id } }","variables":[]}' }, "", 400],
    ["a name that is a number", { body: '{"query":"{ viewer { id } }","operationName":7}' }, "", 400],
    ["extensions that are a text", { body: '{"query":"{ viewer { id } }","extensions":"x"}' }, "", 400],
    [
      "a wrong hash",
      { body: '{"query":"{ viewer { id } }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}' },
      "",
      400,
    ],
    [
      "a wrong version",
      { body: '{"query":"{ viewer { id } }","extensions":{"persistedQuery":{"version":7,"sha256Hash":"x"}}}' },
      "",
      400,
    ],
    ["an unknown hash", { body: '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}' }, "", 200],
    ["an answer that nobody takes", { body: '{"query":"{ viewer { id } }"}', headers: { accept: "text/html" } }, "", 400],
    ["a document with a fault of syntax", { body: '{"query":"{"}' }, "", 400],
    ["a form", { body: `query=${query}`, headers: { "content-type": "application/x-www-form-urlencoded" } }, "", 415],
    ["a mutation by GET", { method: "GET" }, `?query=${mutation}`, 405],
    ["a mutation by GET with a preflight header", { method: "GET", headers: authorization }, `?query=${mutation}`, 405],
    ["a GET with variables that are no JSON", { method: "GET" }, `?query=${query}&variables=x`, 400],
    ["a GET with two documents", { method: "GET" }, `?query=${query}&query=${query}`, 400],
    ["a GET without a document", { method: "GET" }, "", 400],
    ["a DELETE", { method: "DELETE" }, "", 405],
  ])("%s", async (_what, init, search, status) => {
    const answer = await send(init, app, `/graphql${search}`);
    const [error] = answer.errors ?? [];
    expect(errorCatalogue, answer.text).toHaveProperty(error?.extensions.code ?? "none");
    expect([answer.status, error?.extensions.requestId]).toEqual([status, answer.headers.get("x-request-id")]);
  });

  test("queries by GET need no header besides the key", async () => {
    expect(JSON.parse((await send({ method: "GET" }, app, `/graphql?query=${query}`)).text)).toEqual({
      data: { viewer: { name: "admin" } },
    });
    const keys = await app.client.expectData("{ apiKeys(first: 500) { edges { node { name } } } }");
    expect(JSON.stringify(keys)).not.toContain("by GET");
  });
});
