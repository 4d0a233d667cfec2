import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { issueCodes } from "../src/content/issue-codes.ts";

const begin = "<!-- codes: printed by scripts/print-issue-codes.ts -->";
const end = "<!-- end of the codes -->";

function codeTable(): string {
  const rows = Object.entries(issueCodes).map(([code, [meaning, remedy]]) => `| \`${code}\` | ${meaning} | ${remedy} |`);
  return `| Code | What it means | What to do |\n|---|---|---|\n${rows.join("\n")}`;
}

/** `page` with the present table between its markers. */
export function withCodeTable(page: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new RangeError("the page has no markers for the codes");
  return `${page.slice(0, from + begin.length)}\n\n${codeTable()}\n\n${page.slice(to)}`;
}

if (process.argv[1] === import.meta.filename) {
  const file = join(import.meta.dirname, "../docs/personalisation.md");
  writeFileSync(file, withCodeTable(readFileSync(file, "utf8")));
}
