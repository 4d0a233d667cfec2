import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRawSocket } from "../support/raw-socket.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

const folder = mkdtempSync(join(tmpdir(), "envoi-manifest-"));
const apps: TestApp[] = [];
afterAll(async () => {
  for (const app of apps) await app.stop();
  rmSync(folder, { recursive: true });
});

async function start(environment: Record<string, string> = {}): Promise<TestApp> {
  const app = await startTestApp(environment);
  apps.push(app);
  return app;
}

const idOf = (text: string): string => createHash("sha256").update(text).digest("hex");

async function post(app: TestApp, body: object) {
  const response = await fetch(`${app.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${app.adminKey}` },
    body: JSON.stringify(body),
  });
  const { data, errors } = (await response.json()) as {
    data?: unknown;
    errors?: { message: string; extensions: { code: string } }[];
  };
  return { status: response.status, data, code: errors?.[0]?.extensions.code, message: errors?.[0]?.message };
}

const byId = (sha256Hash: unknown, version = 1) => ({ extensions: { persistedQuery: { version, sha256Hash } } });

describe("automatic persisted queries", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await start();
  });
  const query = "query Name { viewer { name } }";

  test("an id that is not known is answered so that clients send the text, and from then on the id is enough", async () => {
    expect(await post(app, byId(idOf(query)))).toMatchObject({
      ...{ status: 200, code: "PERSISTED_QUERY_NOT_FOUND", message: "PersistedQueryNotFound" },
    });
    expect((await post(app, { query, ...byId(idOf(query)) })).data).toEqual({ viewer: { name: "admin" } });
    expect((await post(app, byId(idOf(query)))).data).toEqual({ viewer: { name: "admin" } });
  });

  test("a text under the id of another is refused", async () => {
    expect(await post(app, { query: "{ workers { id } }", ...byId(idOf(query)) })).toMatchObject({
      status: 400,
      code: "INPUT_INVALID",
    });
  });

  test("what cannot run is not kept", async () => {
    const bad = "{ nope }";
    expect((await post(app, { query: bad, ...byId(idOf(bad)) })).status).toBe(400);
    expect((await post(app, byId(idOf(bad)))).code).toBe("PERSISTED_QUERY_NOT_FOUND");
  });

  test.each([[byId(7)], [byId(null)], [byId({})], [byId(idOf(query), 2)], [{ extensions: { persistedQuery: "x" } }]])(
    "%j is no internal error",
    async (body) => {
      expect((await post(app, body)).code).toMatch(/^(INPUT_INVALID|PERSISTED_QUERY_NOT_FOUND)$/);
    },
  );
});

describe("a list of documents", () => {
  const named = "query Name { viewer { name } }";
  const watch = "subscription Watch { campaignStatusChanged { to } }";
  const manifest = join(folder, "persisted-query-manifest.json");
  let app: TestApp;
  beforeAll(async () => {
    const operations = [
      { id: idOf(named), name: "Name", type: "query", body: named },
      { id: "my-own-id", name: "Watch", type: "subscription", body: watch },
      { id: "id", name: "Id", type: "query", body: "query Id { viewer { id } }" },
    ];
    writeFileSync(manifest, JSON.stringify({ format: "apollo-persisted-query-manifest", version: 1, operations }));
    app = await start({ PERSISTED_DOCUMENTS: manifest });
  });

  test("those in it run, by id and by text", async () => {
    expect((await post(app, byId(idOf(named)))).data).toEqual({ viewer: { name: "admin" } });
    expect((await post(app, byId("id"))).status).toBe(200);
    expect((await post(app, { query: named })).data).toEqual({ viewer: { name: "admin" } });
  });

  test("no other does, and none can be added", async () => {
    const other = "{ viewer { name } }";
    expect(await post(app, { query: other })).toMatchObject({ status: 403, code: "DOCUMENT_NOT_ALLOWED" });
    expect((await post(app, { query: other, ...byId(idOf(other)) })).code).toBe("DOCUMENT_NOT_ALLOWED");
    expect((await post(app, byId(idOf(other)))).code).toBe("PERSISTED_QUERY_NOT_FOUND");
    expect((await post(app, { query: "{ __schema { queryType { name } } }" })).code).toBe("DOCUMENT_NOT_ALLOWED");
  });

  test.each([
    ["one that asks for what there is not", "{ viewe { nam } }"],
    ["one that cannot be read", "{ viewer {"],
    ["one with a word too many", "query Name { viewer { name } } x"],
    ["a listed one with a space", `${named} `],
  ])("%s is refused before it is looked into, by POST and by GET: nothing of the schema is told", async (_what, query) => {
    const told = await post(app, { query });
    expect(told).toMatchObject({ status: 403, code: "DOCUMENT_NOT_ALLOWED" });
    expect(told.message).not.toMatch(/Did you mean|Syntax/);
    const headers = { authorization: `Bearer ${app.adminKey}`, "apollo-require-preflight": "true" };
    const response = await fetch(`${app.url}/graphql?${new URLSearchParams({ query })}`, { headers });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "DOCUMENT_NOT_ALLOWED" } }] });
    expect(response.status).toBe(403);
  });

  test("a listed one runs by GET too", async () => {
    const headers = { authorization: `Bearer ${app.adminKey}`, "apollo-require-preflight": "true" };
    const response = await fetch(`${app.url}/graphql?${new URLSearchParams({ query: named })}`, { headers });
    expect(await response.json()).toEqual({ data: { viewer: { name: "admin" } } });
  });

  test("the same over a WebSocket", async () => {
    const socket = await openRawSocket(app.url);
    await socket.init(app.adminKey);
    socket.send({ id: "no", type: "subscribe", payload: { query: "{ viewer { id } }" } });
    socket.send({ id: "yes", type: "subscribe", payload: { query: named } });
    expect(await socket.answerTo("no")).toMatchObject({
      type: "error",
      payload: [{ extensions: { code: "DOCUMENT_NOT_ALLOWED" } }],
    });
    expect((await socket.answerTo("yes")).type).toBe("next");
    socket.socket.terminate();
  });

  test("may be a folder of .graphql files", async () => {
    writeFileSync(join(folder, "name.graphql"), named);
    const fromFolder = await start({ PERSISTED_DOCUMENTS: folder });
    expect((await post(fromFolder, byId(idOf(named)))).status).toBe(200);
    expect((await post(fromFolder, { query: "{ viewer { id } }" })).code).toBe("DOCUMENT_NOT_ALLOWED");
  });

  test("that cannot be read keeps the server from starting, and says why", async () => {
    writeFileSync(join(folder, "bad.json"), '{"format":"other"}');
    for (const path of [join(folder, "bad.json"), join(folder, "missing.json")])
      await expect(startTestApp({ PERSISTED_DOCUMENTS: path })).rejects.toThrow("PERSISTED_DOCUMENTS");
  });
});
