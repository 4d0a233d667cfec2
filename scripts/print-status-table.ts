import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { campaignActions, type DraftState, moves } from "../src/campaigns/status.ts";

const begin = "<!-- status table: printed by scripts/print-status-table.ts -->";
const end = "<!-- end of the status table -->";

/** The status table of campaigns as Markdown: what each status allows, and where it leads. */
export function statusTable(): string {
  const rows = Object.entries(moves).map(([status, allowed]) => {
    const described = Object.entries(allowed).map(([action, move]) => ({
      isAsked: action in campaignActions,
      text: `${move.to.length === 0 ? action : `**${action} → ${move.to.join(" or ")}**`}${noteOf(move.draft)}`,
    }));
    const texts = (isAsked: boolean): string =>
      described.flatMap((move) => (move.isAsked === isAsked ? [move.text] : [])).join(", ") || "nothing";
    return `| ${status} | ${texts(true)} | ${texts(false)} |`;
  });
  return `| Status | What can be asked | What the clock does |\n|---|---|---|\n${rows.join("\n")}`;
}

const notes: Readonly<Record<string, string>> = { "NONE,OPEN": "¹", OPEN: "²", IN_REVIEW: "³" };

function noteOf(draft: readonly DraftState[] | undefined): string {
  return draft ? (notes[draft.join()] ?? "") : "";
}

/** `page` with the present table between its markers. */
export function withStatusTable(page: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new RangeError("the page has no markers for the status table");
  return `${page.slice(0, from + begin.length)}\n${statusTable()}\n${page.slice(to)}`;
}

if (process.argv[1] === import.meta.filename) {
  const file = join(import.meta.dirname, "../docs/architecture.md");
  writeFileSync(file, withStatusTable(readFileSync(file, "utf8")));
}
