import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRawSocket } from "../support/raw-socket.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let open: TestApp;
let closed: TestApp;
beforeAll(async () => {
  open = await startTestApp();
  closed = await startTestApp({ INTROSPECTION: "off" });
});
afterAll(async () => {
  await open.stop();
  await closed.stop();
});

const documents: [what: string, query: string, variables?: object][] = [
  ["an unknown field", "{ viewer { nam } }"],
  ["an unknown argument", "{ campaigns(firs: 1) { totalCount } }"],
  ["an unknown type", "query ($x: Strin) { viewer { id } }"],
  ["an unknown value", "{ campaigns(channel: EMAI) { totalCount } }"],
  ["an unknown value in a variable", "query ($c: Channel) { campaigns(channel: $c) { totalCount } }", { c: "EMAI" }],
  [
    "an unknown field in a variable",
    "mutation ($i: CreateApiKeyInput!) { createApiKey(input: $i) { secret } }",
    { i: { nam: "x" } },
  ],
];

describe("INTROSPECTION=authenticated", () => {
  test("shows the schema to a key, and helps with names", async () => {
    expect((await open.client.expectData("{ __schema { queryType { name } } }")).__schema.queryType.name).toBe("Query");
    const { errors } = await open.client.call("{ viewer { nam } }");
    expect(errors?.[0]?.message).toContain('Did you mean "name"');
  });

  test.each(documents)("suggests names for %s", async (_what, query, variables) => {
    expect(JSON.stringify((await open.client.call(query, variables as Record<string, unknown>)).errors)).toContain(
      "Did you mean",
    );
  });
});

describe("INTROSPECTION=off", () => {
  test.each([
    "{ __schema { queryType { name } } }",
    `{ x: __type(name: "Campaign") { name } }`,
    "{ ...F } fragment F on Query { __schema { types { name } } }",
  ])("refuses %s with INTROSPECTION_DISABLED, over HTTP and WebSocket", async (query) => {
    const { status, errors, data } = await closed.client.call(query);
    expect([status, errors?.[0]?.extensions.code, data]).toEqual([403, "INTROSPECTION_DISABLED", undefined]);
    const socket = await openRawSocket(closed.url);
    await socket.init(closed.adminKey);
    socket.send({ id: "1", type: "subscribe", payload: { query } });
    expect(await socket.answerTo("1")).toMatchObject({
      type: "error",
      payload: [{ extensions: { code: "INTROSPECTION_DISABLED" } }],
    });
    socket.socket.terminate();
  });

  test.each(documents)("suggests no names for %s, over HTTP and WebSocket", async (_what, query, variables) => {
    const { errors } = await closed.client.call(query, variables as Record<string, unknown>);
    expect(errors?.length).toBeGreaterThan(0);
    const socket = await openRawSocket(closed.url);
    await socket.init(closed.adminKey);
    socket.send({ id: "1", type: "subscribe", payload: { query, variables } });
    const answer = await socket.answerTo("1");
    socket.socket.terminate();
    for (const told of [errors, answer]) expect(JSON.stringify(told)).not.toMatch(/Did you mean/);
  });

  test("__typename, which clients need, stays", async () => {
    expect((await closed.client.expectData("{ viewer { __typename } }")).viewer.__typename).toBe("Viewer");
  });
});
