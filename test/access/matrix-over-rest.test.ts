import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { expectedOf } from "./matrix/expected.ts";
import { type RestLine, restLines } from "./matrix/rest-table.ts";
import { roleLetters } from "./matrix/table.ts";
import { buildWorld, type Keys, makeKeys, type World } from "./matrix/world.ts";

let app: TestApp;
let world: World;
let keys: Keys;
beforeAll(async () => {
  app = await startTestApp({ FAILED_KEYS_PER_MINUTE: "0" });
  world = await buildWorld(app);
  keys = await makeKeys(app, world);
});
afterAll(() => app.stop());

const document = JSON.parse(readFileSync(join(import.meta.dirname, "../../schema/openapi.json"), "utf8"));

test("every path and method of the OpenAPI document has a line in the table, and every line one of them", () => {
  const operations = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(operations.sort()).toEqual(Object.keys(restLines).sort());
});

/** The reference product's own base with its own header, and the short one with the other. */
const doors = [
  { base: "/im", header: (key: string) => ({ authorization: `Bearer ${key}` }) },
  { base: "/ajo/im", header: (key: string) => ({ "x-api-key": key }) },
];
type Door = (typeof doors)[number];

async function ask(name: string, line: RestLine, { base, header }: Door, key: string | undefined): Promise<string> {
  const [method = ""] = name.split(" ");
  const headers = { "content-type": "application/json", ...(key === undefined ? {} : header(key)) };
  const body = line.body ? { body: JSON.stringify(line.body(world)) } : {};
  const response = await fetch(`${app.url}${base}${line.path(world)}`, { method, headers, ...body });
  const answer = (await response.json()) as { readonly code?: string };
  return response.status < 300 ? "data" : `${response.status} ${answer.code}`;
}

const statuses: Readonly<Record<string, number>> = {
  ...{ INPUT_INVALID: 400, UNAUTHENTICATED: 401, PERMISSION_MISSING: 403, CAMPAIGN_NOT_LIVE: 409 },
  ...{ CAMPAIGN_NOT_FOUND: 404, EXECUTION_NOT_FOUND: 404, SCHEDULE_NOT_FOUND: 404 },
};
const withStatus = (code: string): string => (code === "data" ? code : `${statuses[code]} ${code}`);

/** All that is not as the table says. */
async function differences(caller: string, expectedFor: (line: RestLine) => string): Promise<string[]> {
  const found: string[] = [];
  for (const [name, line] of Object.entries(restLines))
    for (const door of doors) {
      const [expected, told] = [withStatus(expectedFor(line)), await ask(name, line, door, keys[caller])];
      if (told !== expected) found.push(`${caller} ${name} below ${door.base}: expected ${expected}, got ${told}`);
    }
  return found;
}

test.each([...Object.values(roleLetters), "limitedById", "limitedByLabel"])("%s is told what the table says", async (caller) => {
  expect(await differences(caller, (line) => expectedOf(caller, line))).toEqual([]);
});

test.each(["no key", "revoked", "expired"])("%s is told 401 UNAUTHENTICATED by everything", async (caller) => {
  expect(await differences(caller, () => "UNAUTHENTICATED")).toEqual([]);
});

test("an answer that is not as the table says is found, in every line and at both doors", async () => {
  expect(await differences("VIEWER", () => "something else")).toHaveLength(2 * Object.keys(restLines).length);
});

test("a key that only executes is told whom its own call excluded, and reads no more of it", async () => {
  const recipient = { type: "external", userId: "no address", namespace: "email", context: { name: "A" } };
  const headers = { "content-type": "application/json", authorization: `Bearer ${keys.TRIGGER}` };
  const body = JSON.stringify({ requestId: "of a trigger", campaignId: world.otherCampaignId, recipients: [recipient] });
  const answer = await fetch(`${app.url}/im/executions/unitary`, { method: "POST", headers, body });
  const told = (await answer.json()) as { readonly executionId: string; readonly excluded: readonly object[] };
  expect(told).toMatchObject({
    ...{ counts: { accepted: 1, excluded: 1, toSend: 0 }, exclusions: [{ reason: "ADDRESS_INVALID", count: 1 }] },
  });
  expect(told.excluded).toEqual([{ userId: "no address", reason: "ADDRESS_INVALID", detail: expect.any(String) }]);
  for (const path of ["", "/recipients"])
    expect((await fetch(`${app.url}/im/executions/${told.executionId}${path}`, { headers })).status).toBe(403);
});
