import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildGraphqlSchema } from "../../src/api/index.ts";
import { aLiveCampaign, execute, recipients } from "../support/campaigns.ts";
import { cases, random } from "../support/random-cases.ts";
import { randomDocuments } from "../support/random-documents.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMIT_COST_PER_SECOND: "0" });
  const { id } = await aLiveCampaign(app.client);
  await execute(app.client, { campaignId: id, requestId: "r", recipients: recipients(20) });
});
afterAll(() => app.stop());

/** Stacks, SQL, and paths of this machine. */
const inside =
  /\bat .+:\d+:\d+|node_modules|\/src\/|file:\/\/|\bselect .+ from\b|insert into|relation "|syntax error at or near|violates|QueryFailed|DriverException/;

test("random documents: none is an internal error, and no answer shows what is inside", random, async () => {
  const documents = fc.sample(randomDocuments(buildGraphqlSchema()), cases);
  const codes = new Map<string, number>();
  for (let start = 0; start < cases.numRuns; start += 20) {
    await Promise.all(
      documents.slice(start, start + 20).map(async (query) => {
        const response = await fetch(`${app.url}/graphql`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${app.adminKey}` },
          body: JSON.stringify({ query }),
        });
        const text = await response.text();
        expect(response.status, `${query}\n${text}`).toBeLessThan(500);
        const { data, errors = [] } = JSON.parse(text) as { data?: object; errors?: { extensions: { code: string } }[] };
        expect(JSON.stringify(errors), query).not.toMatch(inside);
        expect(errors.length).toBeLessThanOrEqual(5);
        for (const code of data ? ["data", ...errors.map(codeOf)] : errors.map(codeOf))
          codes.set(code, (codes.get(code) ?? 0) + 1);
        for (const error of errors) expect(codeOf(error), `${query}\n${text}`).toMatch(/^(?!INTERNAL)[A-Z_]+$/);
      }),
    );
  }
  // It would prove nothing if all of them failed at the parser.
  const seen = Object.fromEntries(codes);
  expect(seen.data, JSON.stringify(seen)).toBeGreaterThan(cases.numRuns / 40);
  expect(seen.GRAPHQL_VALIDATION_FAILED).toBeGreaterThan(cases.numRuns / 20);
  expect(seen.GRAPHQL_PARSE_FAILED).toBeGreaterThan(cases.numRuns / 20);
  expect(seen.INPUT_INVALID).toBeGreaterThan(cases.numRuns / 100);
});

const codeOf = (error: { extensions: { code: string } }): string => error.extensions.code;
