import { afterAll, beforeAll, expect, test } from "vitest";
import { openLine } from "../support/http-line.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
let assets: string[];
beforeAll(async () => {
  app = await startTestApp();
  const pages = await Promise.all(["/", "/graphiql"].map(async (path) => (await fetch(`${app.url}${path}`)).text()));
  assets = [...new Set(pages.join().match(/\/assets\/[\w.-]+/g))];
});
afterAll(() => app.stop());

test("assets, which have their hash in their names, are kept for good; pages are asked for again, and answered 304 while they are the same", async () => {
  expect(assets.length).toBeGreaterThan(3);
  for (const path of assets) {
    const { status, headers } = await fetch(`${app.url}${path}`);
    expect([status, headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
    expect(headers.get("content-type")).toMatch(/^(text\/(css|javascript)|image\/svg|font\/)/);
  }
  for (const path of ["/", "/graphiql", "/graphiql/"]) {
    const first = await fetch(`${app.url}${path}`);
    expect([first.status, first.headers.get("cache-control")]).toEqual([200, "no-cache"]);
    const again = await fetch(`${app.url}${path}`, { headers: { "if-none-match": first.headers.get("etag") ?? "" } });
    expect(again.status).toBe(304);
    expect((await fetch(`${app.url}${path}`, { method: "HEAD" })).status).toBe(200);
  }
});

test("a path that names no asset is 404, however odd it is", async () => {
  const odd = [
    ...[
      "",
      ".",
      "..",
      "%2e%2e/index.html",
      "..%2f..%2fpackage.json",
      "%00",
      "a%00.js",
      "%zz",
      "%",
      "%c0%ae",
      "\\",
      "con",
      "__proto__",
    ],
    ...[
      "constructor",
      "x".repeat(8000),
      "a/b",
      "//",
      "?%zz",
      "%0d%0a",
      "index.html/",
      `${"../".repeat(50)}etc/passwd`,
      ":80",
      "*",
    ],
  ];
  for (const path of odd) {
    const line = await openLine(app.url);
    line.socket.write(`GET /assets/${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    await until("an answer", () => line.said() !== "");
    expect(line.said().split("\r\n")[0], path.slice(0, 50)).toMatch(/^HTTP\/1.1 (404|400) /);
    expect(line.said(), path.slice(0, 50)).not.toContain("FST_");
  }
  expect((await fetch(`${app.url}/%zz`)).status).toBe(404);
});
