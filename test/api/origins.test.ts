import { afterAll, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { readConfig } from "../../src/config.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    ALLOWED_ORIGINS: "https://app.example.com, http://localhost:5173",
    PUBLIC_URL: "https://envoi.example.com/x",
  });
});
afterAll(() => app.stop());

const query = "{ viewer { id } }";
const call = (origin: string | null, init: RequestInit = {}, path = "/graphql") =>
  fetch(`${app.url}${path}`, {
    method: "POST",
    ...(init.method === "GET" ? {} : { body: JSON.stringify({ query }) }),
    ...init,
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${app.adminKey}`,
      ...(origin === null ? {} : { origin }),
      ...init.headers,
    },
  });

const upgrade = (origin?: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${app.url.replace("http", "ws")}/graphql`, "graphql-transport-ws", origin ? { origin } : {});
    socket.on("open", () => {
      socket.terminate();
      resolve("open");
    });
    socket.on("error", (error) => resolve(error.message));
  });

describe("pages that may call: our own, those of PUBLIC_URL and of ALLOWED_ORIGINS, on every door", () => {
  test.each(["https://app.example.com", "http://localhost:5173", "https://envoi.example.com"])("%s", async (origin) => {
    const answer = await call(origin);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    expect(answer.headers.get("vary")).toMatch(/origin/i);
    expect(await upgrade(origin)).toBe("open");
  });

  test("our own pages, and programs, which send no origin", async () => {
    expect((await call(app.url)).status).toBe(200);
    expect((await call(null)).status).toBe(200);
    expect([await upgrade(app.url), await upgrade()]).toEqual(["open", "open"]);
  });
});

describe("pages that may not", () => {
  test.each([
    "https://evil.example",
    "http://app.example.com",
    "https://app.example.com.evil.example",
    "https://app.example.com:444",
    "null",
    "nonsense",
  ])("%s: 403 over POST and GET with ORIGIN_NOT_ALLOWED, and no upgrade", async (origin) => {
    const get = { method: "GET", headers: { "apollo-require-preflight": "1" } };
    for (const answer of [await call(origin), await call(origin, get, `/graphql?query=${encodeURIComponent(query)}`)]) {
      expect(answer.status).toBe(403);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      const { errors } = (await answer.json()) as { errors: { extensions: object }[] };
      expect(errors[0]?.extensions).toMatchObject({ code: "ORIGIN_NOT_ALLOWED", kind: "forbidden", details: { origin } });
    }
    expect(await upgrade(origin)).toBe("Unexpected server response: 403");
  });
});

test("a browser's question before a call is answered for allowed pages only", async () => {
  const ask = (origin: string) =>
    fetch(`${app.url}/graphql`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    });
  const allowed = await ask("https://app.example.com");
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
  expect(allowed.headers.get("access-control-allow-headers")).toContain("authorization");
  expect((await ask("https://evil.example")).headers.get("access-control-allow-origin")).toBeNull();
});

test.each(["*", "https://*", "app.example.com", "https://app.example.com/path", "file:///x"])(
  "ALLOWED_ORIGINS=%s is refused at the start",
  (origins) => {
    expect(() => readConfig({ ALLOWED_ORIGINS: origins })).toThrow("ALLOWED_ORIGINS");
  },
);
