import { afterAll, beforeAll, expect, test } from "vitest";
import { createEnvoiClient, EnvoiError, FindSandboxDocument } from "../../src/client/index.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

test("the typed client sends an operation of schema/operations and gets its data", async () => {
  const client = createEnvoiClient({ url: app.url, key: app.adminKey });
  const { channelConfigurations } = await client.request(FindSandboxDocument, {});
  expect(channelConfigurations.length).toBeGreaterThan(0);
});

test("a refusal is thrown with its code", async () => {
  const client = createEnvoiClient({ url: app.url, key: "envoi_wrong" });
  const refusal = await client.request(FindSandboxDocument, {}).catch((error) => error);
  expect(refusal).toBeInstanceOf(EnvoiError);
  expect(refusal).toMatchObject({ code: "UNAUTHENTICATED" });
});
