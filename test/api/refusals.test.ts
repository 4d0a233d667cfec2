import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { retryAfter } from "../../src/api/error-table.ts";
import { toPublicError } from "../../src/api/index.ts";
import { AppError, errorCatalogue, errorKinds } from "../../src/base/index.ts";
import { aLiveCampaign, executeDocument, recipients, sandboxOf } from "../support/campaigns.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

type Refusal = { status: number; code: unknown; message: string; kind: unknown };

async function send(init: RequestInit, path = "/graphql"): Promise<Refusal> {
  const headers = { authorization: `Bearer ${app.adminKey}`, ...init.headers };
  const response = await fetch(`${app.url}${path}`, { ...init, headers });
  expect(response.headers.get("content-type")).toMatch(/json/);
  const { errors } = (await response.json()) as { errors: { message: string; extensions: Record<string, unknown> }[] };
  const [error] = errors;
  expect(error?.extensions.requestId).toEqual(expect.any(String));
  return { status: response.status, code: error?.extensions.code, kind: error?.extensions.kind, message: error?.message ?? "" };
}

const json = { "content-type": "application/json" };
const post = (body: string, headers: Record<string, string> = json) => send({ method: "POST", body, headers });

describe("every refusal on /graphql is JSON with errors[].extensions.code", () => {
  test.each([
    ["invalid JSON", "{nonsense", 400, "INPUT_INVALID", "The body is not valid JSON."],
    ["an empty body", "", 400, "INPUT_INVALID", "The body is not valid JSON."],
    ["a list of operations", '[{"query":"{ viewer { id } }"}]', 400, "INPUT_INVALID", "batching"],
    ["no query", '{"variables":{}}', 400, "INPUT_INVALID", "query"],
    ["a syntax error", JSON.stringify({ query: "{ viewer { id }" }), 400, "GRAPHQL_PARSE_FAILED", "Syntax Error"],
    ["an unknown field", JSON.stringify({ query: "{ viewer { nope } }" }), 400, "GRAPHQL_VALIDATION_FAILED", 'field "nope"'],
    [
      "a missing variable",
      JSON.stringify({ query: "query ($id: ID!) { campaign(id: $id) { id } }" }),
      400,
      "INPUT_INVALID",
      "$id",
    ],
    [
      "a variable of the wrong type",
      JSON.stringify({ query: "query ($first: Int) { campaigns(first: $first) { totalCount } }", variables: { first: "many" } }),
      400,
      "INPUT_INVALID",
      "$first",
    ],
    [
      "an unknown operation name",
      JSON.stringify({ query: "query A { viewer { id } }", operationName: "B" }),
      400,
      "GRAPHQL_VALIDATION_FAILED",
      "B",
    ],
    [
      "a subscription over HTTP",
      JSON.stringify({ query: "subscription { campaignStatusChanged { to } }" }),
      400,
      undefined,
      "WebSocket",
    ],
  ])("%s", async (_what, body, status, code, part) => {
    const refusal = await post(body);
    expect(refusal).toMatchObject({ status, kind: "invalid" });
    if (code) expect(refusal.code).toBe(code);
    expect(refusal.code).toEqual(expect.stringMatching(/^[A-Z_]+$/));
    expect(refusal.message).toContain(part);
  });

  test.each([
    ["text/plain", { "content-type": "text/plain" }],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }],
    ["XML", { "content-type": "application/xml" }],
  ])("%s instead of JSON", async (_what, headers) => {
    const refusal = await post(JSON.stringify({ query: "{ viewer { id } }" }), headers);
    expect(refusal).toMatchObject({ status: 415, code: "MEDIA_TYPE_UNSUPPORTED", kind: "invalid" });
    expect(refusal.message).toBe("Send the body as JSON, with the header content-type: application/json.");
  });

  test.each(["PUT", "DELETE", "PATCH"])("the method %s", async (method) => {
    expect(await send({ method })).toMatchObject({
      status: 405,
      code: "INPUT_INVALID",
      message: expect.stringContaining("POST"),
    });
  });

  test("no key, whatever the body", async () => {
    expect(await post("{nonsense", { ...json, authorization: "" })).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
  });

  test("a mutation by GET", async () => {
    const path = `/graphql?query=${encodeURIComponent("mutation { revokeApiKey(id: 1) { id } }")}`;
    expect(await send({ method: "GET", headers: { "apollo-require-preflight": "1" } }, path)).toMatchObject({ kind: "invalid" });
  });
});

describe("bodies", () => {
  const padding = "x".repeat(1024 * 1024);

  test("over 1 MB are refused for an operation that carries no recipients", async () => {
    const refusal = await post(JSON.stringify({ query: "{ viewer { id } }", extensions: { padding } }));
    expect(refusal).toMatchObject({ status: 413, code: "BODY_TOO_LARGE", kind: "invalid" });
    expect(refusal.message).toBe(
      "Only executeCampaign, simulateExecution, upsertProfiles, addSuppressions, and removeSuppressions may have a body over 1048576 bytes.",
    );
  });

  test("over 1 MB are refused when an operation hides behind executeCampaign", async () => {
    const query = `mutation { executeCampaign(input: { campaignId: "x", requestId: "r" }) { replayed } revokeApiKey(id: "x") { id } }`;
    expect(await post(JSON.stringify({ query, extensions: { padding } }))).toMatchObject({ status: 413, code: "BODY_TOO_LARGE" });
  });

  test("in chunks, and so without a length, are measured all the same", async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const headers = { ...json, authorization: `Bearer ${app.adminKey}`, "transfer-encoding": "chunked" };
      const call = request(`${app.url}/graphql`, { method: "POST", headers }, (response) => {
        let text = `${response.statusCode} `;
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => resolve(text));
      });
      call.on("error", reject);
      call.write(JSON.stringify({ query: "{ viewer { id } }" }) + " ".repeat(padding.length));
      call.end();
    });
    expect(answer).toMatch(/^413 .*BODY_TOO_LARGE/);
  });

  test("over 64 MB are refused before they are read [D3]", async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const headers = { ...json, authorization: `Bearer ${app.adminKey}`, "content-length": 64 * 1024 * 1024 + 1 };
      const call = request(`${app.url}/graphql`, { method: "POST", headers }, (response) => {
        let text = `${response.statusCode} `;
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => {
          call.destroy();
          resolve(text);
        });
      });
      call.on("error", reject);
      call.write("{");
    });
    expect(answer).toMatch(/^413 /);
    expect(JSON.parse(answer.slice(4)).errors[0]).toMatchObject({
      message: expect.stringContaining("Split the recipients over several calls"),
      extensions: { code: "BODY_TOO_LARGE", details: { bytesMax: 67_108_864 } },
    });
  });

  test("over 1 MB are taken from executeCampaign", async () => {
    const { id } = await aLiveCampaign(app.client);
    const people = recipients(8).map((person) => ({ ...person, context: { ...person.context, padding: "x".repeat(190_000) } }));
    const input = { campaignId: id, requestId: "large", recipients: people };
    expect((await app.client.expectData(executeDocument, { input })).executeCampaign).toMatchObject({ acceptedCount: 8 });
  });
});

describe("what goes wrong inside stays inside", () => {
  test("an unknown error is one fixed sentence with a requestId: no SQL, stack, path or value", async () => {
    await app.query("alter table campaign rename to campaign_gone");
    try {
      const { errors, status } = await app.client.call("{ campaigns { edges { node { title } } } }");
      expect(status).toBe(200);
      expect(errors).toEqual([
        {
          path: ["campaigns"],
          locations: expect.any(Array),
          message: "Something went wrong on the server. Its log has the cause under this requestId.",
          extensions: { code: "INTERNAL", kind: "internal", requestId: expect.stringMatching(/^[0-9a-f]{8}-/), details: {} },
        },
      ]);
    } finally {
      await app.query("alter table campaign_gone rename to campaign");
    }
  });

  test.each([
    ["55000", "DATABASE_UNAVAILABLE", "the object is not in the right state"],
    ["55P03", "DATABASE_UNAVAILABLE", "a lock was not to be had"],
    ["57014", "DATABASE_UNAVAILABLE", "the statement was cancelled"],
    ["53100", "DATABASE_UNAVAILABLE", "the disk is full"],
    ["53300", "DATABASE_UNAVAILABLE", "too many connections"],
    ["25006", "DATABASE_UNAVAILABLE", "read-only"],
    ["40001", "DATABASE_UNAVAILABLE", "two transactions in each other's way"],
    ["23505", "VERSION_CONFLICT", "somebody was quicker"],
    ["22P02", "INPUT_INVALID", "the wrong form"],
    ["54000", "INPUT_INVALID", "too long for an index"],
    ["42703", "INTERNAL", "a bug of ours"],
    ["XX000", "INTERNAL", "a bug of PostgreSQL"],
  ])("SQLSTATE %s is %s: %s", async (state, code) => {
    await app.query(`create function fail() returns trigger language plpgsql as $$
      begin raise exception 'inside words' using errcode = '${state}', detail = 'inside detail', hint = 'inside hint'; end $$`);
    await app.query("create trigger fail before insert on api_key for each row execute function fail()");
    try {
      const { errors } = await app.client.call('mutation { createApiKey(input: { name: "N", role: VIEWER }) { secret } }');
      expect(errors?.[0]?.extensions.code).toBe(code);
      expect(JSON.stringify(errors)).not.toMatch(/inside|plpgsql|raise|api_key/);
    } finally {
      await app.query("drop function fail() cascade");
    }
  });

  test("every code of the catalogue has the status of its kind, and keeps its sentence", () => {
    for (const [code, kind] of Object.entries(errorCatalogue)) {
      const shown = toPublicError(new AppError(code as keyof typeof errorCatalogue, "What to do.", { field: "x" }));
      const own: Record<string, number> = {
        BODY_TOO_LARGE: 413,
        MEDIA_TYPE_UNSUPPORTED: 415,
        METHOD_NOT_ALLOWED: 405,
        PERSISTED_QUERY_NOT_FOUND: 200,
      };
      const status = own[code] ?? errorKinds[kind];
      expect(shown).toEqual({ code, kind, status, message: "What to do.", details: { field: "x" } });
    }
  });

  test("a lost database is DATABASE_UNAVAILABLE, anything else INTERNAL", () => {
    const away = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1"), { code: "ECONNREFUSED" });
    expect(toPublicError(new Error("wrapped", { cause: away }))).toMatchObject({ code: "DATABASE_UNAVAILABLE", status: 503 });
    expect(JSON.stringify(toPublicError(away))).not.toContain("10.0.0.1");
    expect(retryAfter(toPublicError(away))).toBe("1");
    expect(toPublicError("thrown text")).toMatchObject({ code: "INTERNAL", status: 500 });
  });
});

test("a page that does not exist is a 404 that names it, without a key", async () => {
  const response = await fetch(`${app.url}/nothing?secret=1`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ code: "PATH_NOT_FOUND", title: "There is nothing at GET /nothing." });
});

const id = "01900000-0000-7000-8000-000000000000";
const badIds = ["nope", "", "1; drop table campaign", "0".repeat(5000), "\0", "\ud800", id];

describe("no input is an internal error", () => {
  test.each([
    ["campaign", "query ($id: ID!) { campaign(id: $id) { id } }"],
    ["execution", "query ($id: ID!) { execution(id: $id) { id } }"],
    ["execution by request", `query ($id: ID!) { execution(campaignId: $id, requestId: "r") { id } }`],
    ["execution by bad request", `query ($id: String!) { execution(campaignId: "${id}", requestId: $id) { id } }`],
    ["message", "query ($id: ID!) { message(id: $id) { id } }"],
    ["deliveryTimeline", "query ($id: ID!) { deliveryTimeline(campaignId: $id) { at } }"],
    ["previewContent", `query ($id: ID!) { previewContent(campaignId: $id, sample: { userId: "a@b.example" }) { subject } }`],
    [
      "simulateExecution",
      `query ($id: ID!) { simulateExecution(input: { campaignId: $id, requestId: "r", recipients: [{ userId: "a" }] }) { acceptedCount } }`,
    ],
    ["updateCampaign", `mutation ($id: ID!) { updateCampaign(id: $id, input: { expectedRevision: 1, title: "T" }) { id } }`],
    ...["activateCampaign", "pauseCampaign", "resumeCampaign", "stopCampaign", "archiveCampaign", "duplicateCampaign"].map(
      (name) => [name, `mutation ($id: ID!) { ${name}(id: $id) { id } }`],
    ),
    ["deleteCampaign", "mutation ($id: ID!) { deleteCampaign(id: $id) }"],
    ["setDeliveryRate", "mutation ($id: ID!) { setDeliveryRate(id: $id, perSecond: 1) { id } }"],
    ["cancelExecution", "mutation ($id: ID!) { cancelExecution(id: $id) { id } }"],
    [
      "executeCampaign",
      `mutation ($id: ID!) { executeCampaign(input: { campaignId: $id, requestId: "r", recipients: [{ userId: "a" }] }) { replayed } }`,
    ],
    ["revokeApiKey", "mutation ($id: ID!) { revokeApiKey(id: $id) { id } }"],
    [
      "createCampaign",
      `mutation ($id: ID!) { createCampaign(input: { title: "T", category: MARKETING, channel: EMAIL, channelConfigurationId: $id }) { id } }`,
    ],
    [
      "saveChannelConfiguration",
      `mutation ($id: ID!) { saveChannelConfiguration(input: { id: $id, name: "N", channel: EMAIL, provider: "sandbox" }) { id } }`,
    ],
    ["campaigns: search", "query ($id: String!) { campaigns(search: $id) { totalCount edges { node { id } } } }"],
    ["campaigns: tag", "query ($id: String!) { campaigns(tag: $id) { totalCount edges { node { id } } } }"],
    ["profile", `query ($id: String!) { profile(namespace: "email", userId: $id) { id } }`],
    ["profile: namespace", `query ($id: String!) { profile(namespace: $id, userId: "x") { id } }`],
    [
      "setConsent",
      `mutation ($id: String!) { setConsent(namespace: "email", userId: $id, channel: EMAIL, consent: OPTED_OUT) { id } }`,
    ],
    [
      "upsertProfiles",
      `mutation ($id: String!) { upsertProfiles(profiles: [{ namespace: "email", userId: $id }]) { createdCount } }`,
    ],
    ["addSuppressions", "mutation ($id: String!) { addSuppressions(entries: [{ channel: EMAIL, value: $id }]) }"],
    ["createApiKey", "mutation ($id: String!) { createApiKey(input: { name: $id, role: VIEWER }) { key { id } } }"],
  ])("%s with ids and texts that nobody expects", async (_what, query) => {
    for (const bad of badIds) {
      const { errors } = await app.client.call(query, { id: bad });
      for (const error of errors ?? []) {
        expect(error.extensions.code, `${JSON.stringify(bad).slice(0, 40)} ${JSON.stringify(error)}`).not.toBe("INTERNAL");
      }
    }
  });

  test.each([
    "query ($after: String) { campaigns(after: $after) { edges { cursor } } }",
    "query ($after: String) { campaigns { edges { node { executions(after: $after) { edges { cursor } } } } } }",
    "query ($after: String) { campaigns(first: 9) { edges { node { executions(first: 9) { edges { node { messages(first: 9, after: $after) { edges { cursor } } } } } } } } }",
    `query ($after: String, $id: ID!) { simulateExecution(input: { campaignId: $id, requestId: "r", recipients: [{ userId: "a" }] }) { recipients(after: $after) { edges { cursor } } } }`,
  ])("a cursor from elsewhere: %s", async (query) => {
    const live = await aLiveCampaign(app.client);
    await app.client.expectData(executeDocument, { input: { campaignId: live.id, requestId: "c", recipients: recipients(1) } });
    for (const cursor of ["x", "", "bm9wZQ", Buffer.from("-5").toString("base64url"), Buffer.from("1e9").toString("base64url")])
      await app.client.expectCode("INPUT_INVALID", query, { after: cursor, id: live.id });
  });

  test("JSON nested a thousand and a hundred thousand deep", async () => {
    const channelConfigurationId = await sandboxOf(app.client, "PUSH");
    const { id: campaignId } = await aLiveCampaign(app.client);
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    for (const depth of [101, 1000, 5000, 30_000]) {
      const value = nested(depth);
      const inputs = [
        `{"query":"mutation($i:CreateCampaignInput!){createCampaign(input:$i){id}}","variables":{"i":{"title":"T","category":"MARKETING","channel":"PUSH","channelConfigurationId":"${channelConfigurationId}","contextSchema":${value}}}}`,
        `{"query":"mutation($i:CreateCampaignInput!){createCampaign(input:$i){id}}","variables":{"i":{"title":"T","category":"MARKETING","channel":"PUSH","channelConfigurationId":"${channelConfigurationId}","content":{"push":{"title":"T","body":"B","data":${value}}}}}}`,
        `{"query":"mutation($i:ExecuteCampaignInput!){executeCampaign(input:$i){replayed}}","variables":{"i":{"campaignId":"${campaignId}","requestId":"deep","recipients":[{"userId":"deep@example.com","context":${value}}]}}}`,
        `{"query":"mutation($i:[ProfileInput!]!){upsertProfiles(profiles:$i){createdCount}}","variables":{"i":[{"namespace":"email","userId":"deep@example.com","attributes":${value}}]}}`,
      ];
      for (const body of inputs) {
        const response = await fetch(`${app.url}/graphql`, {
          method: "POST",
          headers: { ...json, authorization: `Bearer ${app.adminKey}` },
          body,
        });
        const { errors } = (await response.json()) as { errors?: { message: string; extensions: { code: string } }[] };
        expect(errors?.[0]?.extensions.code, `${body.slice(0, 60)} ${depth} ${errors?.[0]?.message}`).toBe("INPUT_INVALID");
        expect(errors?.[0]?.message).toMatch(/deep/);
      }
    }
  });
});
