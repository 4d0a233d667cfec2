import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aLiveCampaign, mailbox, statsOf } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

/** What any key may send over REST, and what each is told: a code, no stack, and nothing is stored. */
let app: TestApp;
let campaignId: string;
beforeAll(async () => {
  app = await startTestApp();
  campaignId = (await aLiveCampaign(app.client)).id;
});
afterAll(() => app.stop());

const unitary = "/im/executions/unitary";
const json = { "content-type": "application/json" };
type Sent = {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
};

async function send({ path = unitary, method = "POST", headers = json, body }: Sent) {
  const response = await fetch(`${app.url}${path}`, {
    ...{ method, headers: { authorization: `Bearer ${app.adminKey}`, ...headers } },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, text, code: /"code":"([A-Z_]+)"/.exec(text)?.[1] };
}

const person = { type: "external", namespace: "email", userId: "a@example.com", context: { name: "A" } };
const call = (fields: object = {}) => ({ requestId: "attack", campaignId, recipients: [person], ...fields });
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
/** A call whose one recipient has this as its context, word by word. */
const withContext = (context: string): string =>
  JSON.stringify(call({ recipients: [{ ...person, context: "HERE" }] })).replace('"HERE"', context);

type Refused = readonly [what: string, body: () => string, status: number, code: string];
const bodies: readonly Refused[] = [
  ["nothing", () => "", 400, "INPUT_INVALID"],
  ["broken JSON", () => '{"requestId": ', 400, "INPUT_INVALID"],
  ["a list of calls", () => JSON.stringify([call(), call()]), 400, "INPUT_INVALID"],
  ...["null", "7", '"text"', "true", "{}"].map((text) => [text, () => text, 400, "INPUT_INVALID"] as const),
  ["a GraphQL operation", () => JSON.stringify({ query: "{ viewer { id } }" }), 400, "INPUT_INVALID"],
  ["recipients as an object", () => JSON.stringify(call({ recipients: { 0: person, length: 1 } })), 400, "INPUT_INVALID"],
  ["recipients as a text", () => JSON.stringify(call({ recipients: "all" })), 400, "INPUT_INVALID"],
  ["nobody", () => JSON.stringify(call({ recipients: [] })), 400, "INPUT_INVALID"],
  ["recipients that are none", () => JSON.stringify(call({ recipients: [null, 1, "a", [], {}] })), 400, "INPUT_INVALID"],
  ["a NUL in the userId", () => JSON.stringify(call({ recipients: [{ ...person, userId: "a\0" }] })), 400, "INPUT_INVALID"],
  ["half a character", () => JSON.stringify(call({ recipients: [{ ...person, userId: "\ud800" }] })), 400, "INPUT_INVALID"],
  ["a NUL in a value", () => withContext('{"name":"\\u0000"}'), 400, "INPUT_INVALID"],
  ["SQL as the campaign", () => JSON.stringify(call({ campaignId: "1'; drop table message; --" })), 400, "INPUT_INVALID"],
  ["a requestId of 100,000 characters", () => JSON.stringify(call({ requestId: "r".repeat(100_000) })), 400, "INPUT_INVALID"],
  ["a context 101 deep", () => withContext(nested(101)), 400, "INPUT_INVALID"],
  ["a context 30,000 deep", () => withContext(nested(30_000)), 400, "INPUT_INVALID"],
  ["the reserved key", () => withContext('{"system":{}}'), 400, "CONTEXT_RESERVED"],
  ["a context of 300 kB", () => withContext(JSON.stringify({ name: "x".repeat(300_000) })), 400, "CONTEXT_TOO_LARGE"],
  ["an audience", () => JSON.stringify(call({ audience: { id: "everybody" } })), 400, "INPUT_INVALID"],
  ["a kind of call", () => JSON.stringify(call({ kind: "ANY" })), 400, "INPUT_INVALID"],
  [
    "the prototype as a field of the call",
    () => JSON.stringify(call()).replace("{", '{"__proto__":{"x":1},'),
    400,
    "INPUT_INVALID",
  ],
  [
    "the prototype as a field of a recipient",
    () => JSON.stringify(call()).replace('{"type"', '{"__proto__":{"type":"aep"},"type"'),
    ...([400, "INPUT_INVALID"] as const),
  ],
  [
    "60,000 recipients",
    () => JSON.stringify(call({ recipients: Array.from({ length: 60_000 }, () => person) })),
    ...([400, "RECIPIENTS_TOO_MANY"] as const),
  ],
];

describe.each([unitary, "/ajo/im/executions/highthroughput"])("%s", (path) => {
  test.each(bodies)("%s: refused", async (_what, body, status, code) => {
    const told = await send({ path, body: body() });
    expect([told.status, told.code], told.text.slice(0, 1000)).toEqual([status, code]);
    expect(told.text).not.toMatch(/<html|stack|node_modules|\.ts:|select |ZodError/);
    expect(told.text.length).toBeLessThan(10_000);
  });
});

test.each<[string, Sent, number, string]>([
  ["text/plain", { headers: { "content-type": "text/plain" } }, 415, "MEDIA_TYPE_UNSUPPORTED"],
  ["a form", { headers: { "content-type": "application/x-www-form-urlencoded" } }, 415, "MEDIA_TYPE_UNSUPPORTED"],
  ["the call by PUT", { method: "PUT" }, 405, "METHOD_NOT_ALLOWED"],
  ["the call by PATCH", { method: "PATCH" }, 405, "METHOD_NOT_ALLOWED"],
  [
    "another method in a header",
    { method: "DELETE", headers: { ...json, "x-http-method-override": "POST" } },
    405,
    "METHOD_NOT_ALLOWED",
  ],
  ["a path that climbs", { path: "/im/executions/../../graphql/..%2f..%2fetc/passwd" }, 404, "PATH_NOT_FOUND"],
  ["a path that cannot be decoded", { path: "/im/executions/%zz" }, 404, "PATH_NOT_FOUND"],
  ["capital letters", { path: "/IM/executions/unitary" }, 404, "PATH_NOT_FOUND"],
  ["two slashes", { path: "/im//executions/unitary" }, 404, "PATH_NOT_FOUND"],
  ["another site", { headers: { ...json, origin: "https://evil.example" } }, 403, "ORIGIN_NOT_ALLOWED"],
  ["a key in the address", { path: `${unitary}?x-api-key=KEY`, headers: { ...json, authorization: "" } }, 401, "UNAUTHENTICATED"],
  ["a key in a cookie", { headers: { ...json, authorization: "", cookie: "x-api-key=KEY" } }, 401, "UNAUTHENTICATED"],
])("%s: refused", async (_what, sent, status, code) => {
  const withKey = (text: string): string => text.replace("KEY", app.adminKey);
  const headers = Object.fromEntries(Object.entries(sent.headers ?? json).map(([name, value]) => [name, withKey(value)]));
  const told = await send({ ...sent, path: withKey(sent.path ?? unitary), headers, body: JSON.stringify(call()) });
  expect([told.status, told.code], told.text).toEqual([status, code]);
  expect(told.text).not.toContain(app.adminKey);
});

test.each([
  [
    "first=0",
    "first=501",
    "first=1e9",
    "first=-1",
    "first=x",
    "first=1&first=2",
    "after=x",
    "after=LTU",
    "status=NOPE",
    "nope=1",
  ],
])("questions about recipients that nobody expects: %s", async (...questions) => {
  const execution = await send({ body: JSON.stringify(call({ requestId: "asked about" })) });
  const { executionId } = JSON.parse(execution.text);
  for (const question of questions) {
    const { status, code, text } = await send({
      method: "GET",
      headers: {},
      path: `/im/executions/${executionId}/recipients?${question}`,
    });
    expect([status, code], `${question} ${text}`).toEqual([400, "INPUT_INVALID"]);
  }
  for (const id of ["nope", "1;drop", "0".repeat(5000), "%00", "%ed%a0%80", "../unitary"]) {
    const { status, code, text } = await send({ method: "GET", headers: {}, path: `/im/executions/${id}` });
    expect([status, code?.endsWith("_NOT_FOUND") || code === "METHOD_NOT_ALLOWED"], `${id} ${text}`).toEqual([
      code === "METHOD_NOT_ALLOWED" ? 405 : 404,
      true,
    ]);
  }
});

test("none of it was stored but the one call that was right", async () => {
  expect(await statsOf(app.client, campaignId)).toMatchObject({ accepted: 1 });
  expect((await mailbox(app.client, campaignId)).length).toBeLessThanOrEqual(1);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});
