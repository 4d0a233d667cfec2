import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TemplateFunction } from "../src/content/functions/define-function.ts";
import { families } from "../src/content/functions/registry.ts";

const begin = "<!-- functions: printed by scripts/print-functions.ts -->";
const end = "<!-- end of the functions -->";

/** The reference of functions as Markdown: a table for each family. */
function functionTables(): string {
  return families.map(({ title, functions }) => `### ${title}\n\n${tableOf(functions)}`).join("\n\n");
}

function tableOf(functions: readonly TemplateFunction[]): string {
  const rows = functions.map(
    ({ doc, example: [call, result], ...definition }) =>
      `| \`${signatureOf(definition)}\` | ${escapeCell(doc)} | \`${escapeCell(call)}\` | \`${escapeCell(result)}\` |`,
  );
  return `| Function | What it gives | Example | Prints |\n|---|---|---|---|\n${rows.join("\n")}`;
}

/** A parameter whose name is its type is named once. */
function signatureOf({ name, parameters }: Pick<TemplateFunction, "name" | "parameters">): string {
  return `${name}(${parameters.map((parameter) => parameter.replace(/^(\w+): \1$/, "$1")).join(", ")})`;
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** `page` with the present tables between its markers. */
export function withFunctionTables(page: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new RangeError("the page has no markers for the functions");
  return `${page.slice(0, from + begin.length)}\n\n${functionTables()}\n\n${page.slice(to)}`;
}

if (process.argv[1] === import.meta.filename) {
  const file = join(import.meta.dirname, "../docs/personalisation.md");
  writeFileSync(file, withFunctionTables(readFileSync(file, "utf8")));
}
