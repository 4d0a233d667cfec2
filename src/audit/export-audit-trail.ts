import { type Context, newestEventPosition } from "../storage/index.ts";
import type { AuditEntry } from "./audit-entry.ts";
import { type AuditFilter, decodePosition, parseFilter } from "./audit-filter.ts";
import { readOnwards } from "./read-onwards.ts";
import { requireAuditor } from "./require-auditor.ts";

const rowsPerLook = 500;

export type ExportInput = { readonly filter: AuditFilter; readonly after?: string | null };

/**
 * The entries that fit and are committed now, oldest first; with `after` those that came later. Checks before it returns:
 * what fails then is the answer, not half a file.
 */
export async function exportAuditTrail(ctx: Context, input: ExportInput): Promise<AsyncGenerator<AuditEntry>> {
  requireAuditor(ctx);
  const filter = parseFilter(input.filter);
  const after = decodePosition(input.after) ?? "0";
  return readOnwards({ context: () => ctx, rowsPerLook }, { filter, after, until: await newestEventPosition(ctx) });
}
