import { memoise, type Page, type PageInput, pageSize, toPage } from "../base/index.ts";
import { type Context, run } from "../storage/index.ts";
import { type AuditEntry, toEntry } from "./audit-entry.ts";
import { type AuditFilter, decodePosition, parseFilter } from "./audit-filter.ts";
import { requireAuditor } from "./require-auditor.ts";
import { countAuditEntries, countHistories, selectAuditEntries, selectHistories } from "./sql/select-audit-entries.ts";

export type AuditTrailInput = PageInput & { readonly filter?: AuditFilter | null };

/** Entries that fit the filter, newest first. */
export async function listAuditTrail(ctx: Context, input: AuditTrailInput): Promise<Page<AuditEntry>> {
  requireAuditor(ctx);
  const filter = parseFilter(input.filter);
  const size = pageSize(input);
  const beyond = decodePosition(input.after);
  const rows = await run(ctx, selectAuditEntries(filter, { order: "newest-first", beyond, limit: size + 1 }));
  return toPage(rows.map(toEntry), size, positionOf, async () => (await run(ctx, countAuditEntries(filter)))[0]?.count ?? 0);
}

export type HistoryAsked = { readonly campaignId: string; readonly page: PageInput };

/** Throws what `findHistories` would refuse, without reading anything. */
export function checkHistoryPage(ctx: Pick<Context, "actor">, page: PageInput): void {
  requireAuditor(ctx);
  pageSize(page);
  decodePosition(page.after);
}

/** What happened to campaigns, newest first: a page each, in one statement for all that are asked together. */
export async function findHistories(ctx: Context, asked: readonly HistoryAsked[]): Promise<Page<AuditEntry>[]> {
  requireAuditor(ctx);
  const pages = asked.map(({ campaignId, page }) => ({
    campaignId,
    size: pageSize(page),
    beyond: decodePosition(page.after),
  }));
  const found = await run(ctx, selectHistories(pages));
  const counts = memoise(() => run(ctx, countHistories(asked.map(({ campaignId }) => campaignId))));
  return pages.map(({ campaignId, size }, index) => {
    const rows = found.flatMap(({ page, ...row }) => (page === index ? [toEntry(row)] : []));
    const count = async () => (await counts()).find((row) => row.campaignId === campaignId)?.count ?? 0;
    return toPage(rows, size, positionOf, count);
  });
}

const positionOf = (entry: AuditEntry): string => entry.position;
