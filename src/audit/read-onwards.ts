import { type Context, run } from "../storage/index.ts";
import { type AuditEntry, toEntry } from "./audit-entry.ts";
import type { ParsedFilter } from "./audit-filter.ts";
import { selectAuditEntries } from "./sql/select-audit-entries.ts";

const rowsPerLook = 500;

/** Entries after one position up to another, oldest first. As slow as its reader: a page is read when it is asked for. */
export async function* readOnwards(
  context: () => Pick<Context, "em">,
  { filter, after, until }: { readonly filter: ParsedFilter; readonly after: string; readonly until: string },
): AsyncGenerator<AuditEntry> {
  for (let beyond = after; ; ) {
    const stretch = { order: "oldest-first", beyond, until, limit: rowsPerLook } as const;
    const rows = await run(context(), selectAuditEntries(filter, stretch));
    for (const row of rows) yield toEntry(row);
    const last = rows.at(-1);
    if (!last || rows.length < rowsPerLook) return;
    beyond = last.position;
  }
}
