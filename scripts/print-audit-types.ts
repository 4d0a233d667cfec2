import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventCatalogue } from "../src/base/index.ts";

const begin = "<!-- types: printed by scripts/print-audit-types.ts -->";
const end = "<!-- end of the types -->";

function typeTable(): string {
  const rows = Object.entries(eventCatalogue).map(([type, { entity, meaning }]) => `| \`${type}\` | ${entity} | ${meaning} |`);
  return `| Type | About | What happened |\n|---|---|---|\n${rows.join("\n")}`;
}

/** `page` with the present table between its markers. */
export function withTypeTable(page: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new RangeError("the page has no markers for the types");
  return `${page.slice(0, from + begin.length)}\n\n${typeTable()}\n\n${page.slice(to)}`;
}

if (process.argv[1] === import.meta.filename) {
  const file = join(import.meta.dirname, "../docs/audit.md");
  writeFileSync(file, withTypeTable(readFileSync(file, "utf8")));
}
