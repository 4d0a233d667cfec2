import { afterAll, beforeAll, expect, test } from "vitest";
import { auditTrail } from "../support/audit.ts";
import { aCampaign, aLiveCampaign } from "../support/campaigns.ts";
import type { Data } from "../support/graphql-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let id = "";
beforeAll(async () => {
  app = await startTestApp();
  ({ id } = await aLiveCampaign(app.client, { title: '=cmd|"/c calc"!A1\n"quoted"' }));
});
afterAll(() => app.stop());

async function get(query: string, key: string | null = app.adminKey, headers: object = {}): Promise<Response> {
  const authorization = key === null ? {} : { authorization: `Bearer ${key}` };
  return fetch(`${app.url}/audit.ndjson${query}`, { headers: { ...authorization, ...headers } });
}

async function lines(query: string): Promise<Data[]> {
  const response = await get(query);
  expect(response.status, query).toBe(200);
  return (await response.text())
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

test("the export has every entry of the trail, oldest first, each a line of JSON with the fields of the query", async () => {
  const response = await get("");
  expect(response.headers.get("content-type")).toBe("application/x-ndjson");
  expect(response.headers.get("content-disposition")).toContain("audit.ndjson");
  const all = await lines("");
  expect(all).toEqual((await auditTrail(app.client, {}, { first: 500 })).toReversed());
  expect(all.find((entry) => entry.entityId === id)?.entityName).toBe('=cmd|"/c calc"!A1\n"quoted"');
});

test("it takes the filter of the query, and goes on after a cursor", async () => {
  const all = await lines("");
  expect(await lines(`?campaignId=${id}`)).toEqual(all.filter((entry) => entry.campaignId === id));
  const types = ["campaign.created", "api-key.created"];
  expect(await lines(`?types=${types[0]}&types=${types[1]}`)).toEqual(all.filter((entry) => types.includes(entry.type)));
  expect(await lines(`?from=${all[3].at}&entityType=CAMPAIGN`)).toEqual(
    all.filter((entry) => entry.at >= all[3].at && entry.entityType === "CAMPAIGN"),
  );
  expect(await lines(`?after=${all[2].cursor}`)).toEqual(all.slice(3));
  await aCampaign(app.client);
  expect(await lines(`?after=${all.at(-1).cursor}`)).toMatchObject([{ type: "campaign.created" }]);
});

test("ten thousand entries are all there", async () => {
  await app.query(
    `insert into event (id, type, actor_kind, actor_id, actor_name, entity_type, data, at)
     select gen_random_uuid(), 'campaign.updated', 'KEY', 'many', 'n' || n, 'CAMPAIGN', '{}', now() from generate_series(1, 10000) n`,
  );
  const found = await lines("?actorId=many");
  expect(found.map((entry) => entry.actor.name)).toEqual(Array.from({ length: 10_000 }, (_, index) => `n${index + 1}`));
});

test("who may not read the trail, and what cannot be, gets a problem document and no line", async () => {
  const { createApiKey } = await app.client.expectData(
    'mutation { createApiKey(input: { name: "N", role: VIEWER }) { secret } }',
  );
  const expectProblem = async (response: Response, status: number, code: string): Promise<void> => {
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(await response.json()).toMatchObject({ code, requestId: response.headers.get("x-request-id") });
  };
  await expectProblem(await get("", null), 401, "UNAUTHENTICATED");
  await expectProblem(await get("", "wrong"), 401, "UNAUTHENTICATED");
  await expectProblem(await get("", createApiKey.secret), 403, "PERMISSION_MISSING");
  await expectProblem(await get("", app.adminKey, { origin: "https://elsewhere.example" }), 403, "ORIGIN_NOT_ALLOWED");
  for (const query of ["?acterId=x", "?types=nothing", "?from=yesterday", "?after=x", "?campaignId=x", "?actorId=a&actorId=b"])
    await expectProblem(await get(query), 400, "INPUT_INVALID");
});
