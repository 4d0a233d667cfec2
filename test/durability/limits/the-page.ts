import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Limit = { readonly resource: string; readonly answer: string };

const heading = "## What a caller can make the server spend";

/** The rows of the page's table: resource, limit, where, answer. */
export function readLimits(): Limit[] {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/security.md"), "utf8");
  const [, rest = ""] = page.split(heading);
  const [section = ""] = rest.split("\n## ");
  const [, , ...rows] = section.split("\n").filter((line) => line.startsWith("|"));
  return rows.map((row) => {
    const [, resource = "", , , answer = ""] = row.split("|").map((cell) => cell.trim());
    return { resource, answer };
  });
}
