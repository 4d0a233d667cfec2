import { existsSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { withTypeTable } from "../../scripts/print-audit-types.ts";
import { configurationPage, environmentExample } from "../../scripts/print-configuration.ts";
import { withLimitsTable } from "../../scripts/print-content-limits.ts";
import { errorsPage } from "../../scripts/print-errors.ts";
import { withFunctionTables } from "../../scripts/print-functions.ts";
import { withCodeTable } from "../../scripts/print-issue-codes.ts";
import { withRolesTable } from "../../scripts/print-roles-table.ts";
import { withStatusTable } from "../../scripts/print-status-table.ts";
import { issueCodes } from "../../src/content/issue-codes.ts";
import { pages, prose, readText, root } from "./pages.ts";

test("docs/configuration.md and .env.example are what scripts/print-configuration.ts prints", () => {
  expect(readText("docs/configuration.md")).toBe(configurationPage());
  expect(readText(".env.example")).toBe(environmentExample());
});

test("the status table of docs/architecture.md is the one in src/campaigns/status.ts", () => {
  const page = readText("docs/architecture.md");
  expect(page).toBe(withStatusTable(page));
});

test("the roles of docs/access.md are those in src/access/permissions.ts", () => {
  const page = readText("docs/access.md");
  expect(page).toBe(withRolesTable(page));
});

test("the functions of docs/personalisation.md are those in src/content/functions", () => {
  const page = readText("docs/personalisation.md");
  expect(page).toBe(withFunctionTables(page));
});

test("the codes of docs/personalisation.md are those in src/content/issue-codes.ts, and each is used", () => {
  const page = readText("docs/personalisation.md");
  expect(page).toBe(withCodeTable(page));
  expect(page).toBe(withLimitsTable(page));
  const folder = join(root, "src/content");
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && name !== "issue-codes.ts");
  const functions = readdirSync(join(folder, "functions")).map((name) => join("functions", name));
  const source = [...files, ...functions].map((name) => readText(join("src/content", name))).join("\n");
  expect(Object.keys(issueCodes).filter((code) => !source.includes(`"${code}"`))).toEqual([]);
});

test("docs/errors.md is what scripts/print-errors.ts prints, and the README leads to it", () => {
  expect(readText("docs/errors.md")).toBe(errorsPage());
  expect(readText("README.md")).toContain("docs/errors.md");
});

test("the types of docs/audit.md are those in src/base/event-catalogue.ts", () => {
  const page = readText("docs/audit.md");
  expect(page).toBe(withTypeTable(page));
});

test("every relative link of every page leads somewhere", () => {
  const broken = pages().flatMap((page) => brokenLinks(page).map((link) => `${page}: ${link}`));
  expect(broken).toEqual([]);
  expect(pages()).toContain("docs/decisions/0003-content-language.md");
  expect(resolves("README.md", "docs/nothing.md")).toBe(false);
  expect(resolves("README.md", "docs/delivery-contract.md#nothing")).toBe(false);
});

test("decisions are numbered in a row and no longer than 60 lines", () => {
  const decisions = pages().filter((page) => page.startsWith("docs/decisions/"));
  const numbers = decisions.map((page) => page.slice("docs/decisions/".length, "docs/decisions/".length + 4)).sort();
  expect(numbers).toEqual(numbers.map((_, index) => String(index + 1).padStart(4, "0")));
  for (const page of decisions) expect(readText(page).trimEnd().split("\n").length, page).toBeLessThanOrEqual(60);
});

function brokenLinks(page: string): string[] {
  const links = [...prose(readText(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? "");
  return links.filter((link) => !/^[a-z]+:/.test(link) && !resolves(page, link));
}

function resolves(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || anchorsOf(readText(target)).has(anchor);
}

/** The anchors that code hosts make of headings. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading ?? "");
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}
