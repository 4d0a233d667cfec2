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

test("a key that executes is told nothing of others' recipients: who is excluded is named to who reads messages only", async () => {
  const call = (requestId: string) => ({
    ...{ requestId, campaignId: world.otherCampaignId },
    recipients: [{ type: "external", userId: "no address", namespace: "email", context: { name: "A" } }],
  });
  const told = async (key: string | undefined, requestId: string) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
    const response = await fetch(`${app.url}/im/executions/unitary`, {
      method: "POST",
      headers,
      body: JSON.stringify(call(requestId)),
    });
    return (await response.json()) as object;
  };
  const counts = { accepted: 1, excluded: 1, toSend: 0 };
  const trigger = await told(keys.TRIGGER, "of a trigger");
  expect(trigger).toMatchObject({ counts, exclusions: [{ reason: "ADDRESS_INVALID", count: 1 }] });
  expect(trigger).not.toHaveProperty("excluded");
  expect(await told(keys.OPERATOR, "of an operator")).toMatchObject({ counts, excluded: [{ userId: "no address" }] });
});
