import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createReadiness } from "../../src/api/readiness.ts";
import { type DatabaseProxy, startDatabaseProxy } from "../support/database-proxy.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { until } from "../support/until.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await app.stop();
});

const ask = async (url: string, key?: string) => {
  const startedAt = performance.now();
  const answer = await fetch(`${url}/health/ready`, key ? { headers: { authorization: `Bearer ${key}` } } : {});
  return { status: answer.status, body: await answer.json(), milliseconds: performance.now() - startedAt };
};

describe("who may read what is missing", () => {
  test("everybody hears whether it is ready, and nothing else", async () => {
    await until("it is ready", async () => (await ask(app.url)).status === 200);
    expect((await ask(app.url)).body).toEqual({ status: "ready" });
  });

  test("whoever sends a key reads the checks, and a wrong one is told that it is", async () => {
    expect((await ask(app.url, app.adminKey)).body).toMatchObject({ status: "ready", checks: { database: "answers" } });
    expect(await ask(app.url, "envoi_wrong")).toMatchObject({ status: 401, body: { code: "UNAUTHENTICATED" } });
  });
});

test("a database that says nothing any more is told within two seconds, also to thirty at once", async () => {
  let proxy: DatabaseProxy | undefined;
  const silenced = await startTestApp({}, (config) => config, undefined, {
    through: async (url) => {
      proxy = await startDatabaseProxy(url);
      return proxy.url;
    },
  });
  try {
    await until("it is ready", async () => (await ask(silenced.url)).status === 200);
    proxy?.goDark();
    await until("it says so", async () => {
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, index) => ask(silenced.url, index % 2 ? silenced.adminKey : undefined)),
      );
      expect(Math.max(...answers.map(({ milliseconds }) => milliseconds))).toBeLessThan(2000);
      return answers.every(({ status }) => status === 503);
    });
  } finally {
    await proxy?.close();
    await silenced.stop();
  }
});

test("however many ask, the database is looked at by one of them, and once a second", async () => {
  let looks = 0;
  let answer: (health: { ok: boolean; checks: Record<string, string> }) => void = () => undefined;
  const ready = createReadiness(() => {
    looks += 1;
    return new Promise((resolve) => {
      answer = resolve;
    });
  });
  const asked = Array.from({ length: 1000 }, () => ready());
  answer({ ok: true, checks: {} });
  expect(new Set((await Promise.all(asked)).map(({ ok }) => ok))).toEqual(new Set([true]));
  await ready();
  expect(looks).toBe(1);
});
