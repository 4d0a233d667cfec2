import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readText, root } from "./pages.ts";

/** Clauses that no test cites yet, and what is missing. Remove a line together with writing its test. */
const missingTests: Readonly<Record<string, string>> = {};

const clauses = [...readText("docs/delivery-contract.md").matchAll(/^- \*\*\[(D\d+)\]/gm)].map(([, id]) => id ?? "");

function citedClauses(): ReadonlySet<string> {
  const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".test.ts"),
  );
  const texts = files.map((name) => readText(join("test", name)));
  return new Set(texts.flatMap((text) => [...text.matchAll(/\[(D\d+)\]/g)].map(([, id]) => id ?? "")));
}

test("clauses of the delivery contract are numbered in a row", () => {
  expect(clauses).toEqual(clauses.map((_, index) => `D${index + 1}`));
});

test("every clause of the delivery contract is cited by a test, or the missing test is named", () => {
  const cited = citedClauses();
  expect(clauses.filter((id) => !cited.has(id) && !(id in missingTests))).toEqual([]);
  expect([...cited, ...Object.keys(missingTests)].filter((id) => !clauses.includes(id))).toEqual([]);
});
