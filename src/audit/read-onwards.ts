import { type Context, outlast, run } from "../storage/index.ts";
import { type AuditEntry, toEntry } from "./audit-entry.ts";
import type { ParsedFilter } from "./audit-filter.ts";
import { selectAuditEntries } from "./sql/select-audit-entries.ts";

export type Reading = {
  readonly context: () => Pick<Context, "em">;
  readonly rowsPerLook: number;
  /** Of a stream that waits for a database that is away. Others fail. */
  readonly ending?: AbortSignal;
};

/** Entries after one position up to another, oldest first. As slow as its reader: a page is read when it is asked for. */
export async function* readOnwards(
  { context, rowsPerLook, ending }: Reading,
  { filter, after, until }: { readonly filter: ParsedFilter; readonly after: string; readonly until: string },
): AsyncGenerator<AuditEntry> {
  for (let beyond = after; ; ) {
    const stretch = { order: "oldest-first", beyond, until, limit: rowsPerLook } as const;
    const read = () => run(context(), selectAuditEntries(filter, stretch));
    const rows = ending ? await outlast(ending, read) : await read();
    for (const row of rows) yield toEntry(row);
    const last = rows.at(-1);
    if (!last || rows.length < rowsPerLook) return;
    beyond = last.position;
  }
}
