import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { permissions, permissionsOf, type Role, roles } from "../src/access/permissions.ts";

const begin = "<!-- roles table: printed by scripts/print-roles-table.ts -->";
const end = "<!-- end of the roles table -->";

/** What each role may, as Markdown. */
export function rolesTable(): string {
  const names = Object.keys(roles) as Role[];
  const rows = permissions.map((permission) => {
    const cells = names.map((role) => (permissionsOf({ role }).includes(permission) ? "yes" : ""));
    return `| \`${permission}\` | ${cells.join(" | ")} |`;
  });
  return `| Permission | ${names.join(" | ")} |\n|---|${names.map(() => "---|").join("")}\n${rows.join("\n")}`;
}

/** `page` with the present table between its markers. */
export function withRolesTable(page: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new RangeError("the page has no markers for the roles table");
  return `${page.slice(0, from + begin.length)}\n${rolesTable()}\n${page.slice(to)}`;
}

if (process.argv[1] === import.meta.filename) {
  const file = join(import.meta.dirname, "../docs/access.md");
  writeFileSync(file, withRolesTable(readFileSync(file, "utf8")));
}
