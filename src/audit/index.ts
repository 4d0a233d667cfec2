/**
 * Audit: who changed what, when and in which call. Rows are written by `recordEvent` in the transaction of the change;
 * this room only reads them. Promises: entries are listed, exported and streamed in the order in which their changes were
 * committed, none left out and none twice; none holds a recipient's data or a secret.
 */
export type { AuditEntry } from "./audit-entry.ts";
export type { AuditFilter } from "./audit-filter.ts";
export { exportAuditTrail } from "./export-audit-trail.ts";
export { checkHistoryPage, findHistories, type HistoryAsked, listAuditTrail } from "./list-audit-trail.ts";
export { type AuditStream, createAuditStream } from "./watch-audit-trail.ts";
