import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fragmentBytesMax, limits, pushPayloadBytesMax, smsCharactersMax } from "../src/content/limits.ts";

const begin = "<!-- limits: printed by scripts/print-content-limits.ts -->";
const end = "<!-- end of the limits -->";

const count = (value: number) => value.toLocaleString("en-US");
const size = (bytes: number) => (bytes < 1024 * 1024 ? `${bytes / 1024} kB` : `${bytes / 1024 / 1024} MB`);

/** What is limited, and how much of it is allowed. */
const rows: readonly (readonly [what: string, most: string])[] = [
  [
    "a template",
    `${size(limits.templateBytesMax)}, ${count(limits.tagsMax)} tags, ${count(limits.expressionPartsMax)} values and operators; in html ${count(limits.htmlPartsMax)} tags, attributes and comments`,
  ],
  ["a tag", `${limits.tagLengthMax} characters`],
  ["blocks inside one another", `${limits.blockDepthMax}`],
  ["parentheses, lists and calls inside one another", `${limits.expressionDepthMax}`],
  [
    "fragments put into a content, those inside fragments counted too",
    `${limits.fragmentsMax}, and ${size(limits.fragmentBytesTogetherMax)} together; a text with its fragments ${size(limits.templateBytesMax)}`,
  ],
  ["fragments inside one another", `${limits.fragmentDepthMax}`],
  ["a fragment", size(fragmentBytesMax)],
  ["data of a push message", `${limits.dataDepthMax} deep, ${limits.dataTemplatesMax} texts with tags`],
  ["items of a loop", count(limits.loopItemsMax)],
  ["what one field prints", size(limits.outputCharactersMax)],
  ["what all fields of one message print together", size(limits.messageCharactersMax)],
  ["a printed SMS", `${count(smsCharactersMax)} characters`],
  ["a printed push message", `${count(pushPayloadBytesMax)} bytes`],
  [
    "regular expressions",
    `500 characters and 1,000 parts each, with counted repeats written out; ${count(limits.patternPartsMax)} parts together`,
  ],
  ["the work of one message", `${count(limits.workMax)} steps, which take less than 50 ms`],
];

/** `page` with the present table between its markers. */
export function withLimitsTable(page: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new RangeError("the page has no markers for the limits");
  const table = `| What | At most |\n|---|---|\n${rows.map(([what, most]) => `| ${what} | ${most} |`).join("\n")}`;
  return `${page.slice(0, from + begin.length)}\n\n${table}\n\n${page.slice(to)}`;
}

if (process.argv[1] === import.meta.filename) {
  const file = join(import.meta.dirname, "../docs/personalisation.md");
  writeFileSync(file, withLimitsTable(readFileSync(file, "utf8")));
}
