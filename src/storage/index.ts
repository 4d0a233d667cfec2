/**
 * Storage: the database (embedded or given), transactions, the context of a use case, events and news.
 * Promises: what `inTransaction` returned is committed; news announced in a transaction is heard only
 * if it commits; every session runs in UTC.
 */
export type { Actor, Context, Reach } from "./context.ts";
export { prepareDataFolder } from "./data-folder.ts";
export { type DatabaseFault, databaseFaultOf, isDatabaseAway, isHeldByAnother, isPassingFault } from "./database-fault.ts";
export { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded/embedded-postgres.ts";
export { endable } from "./endable.ts";
export { type ChangeForm, changeForms, changesBetween, type EventChange, hiddenChange } from "./event-changes.ts";
export { findChildPages } from "./find-child-pages.ts";
export { createJobs, type Jobs } from "./jobs.ts";
export { type LooksOptions, looks } from "./looks.ts";
export { createNewestEvent, type NewestEvent, newestEventPosition } from "./newest-event.ts";
export { announce, createNewsDesk, type News, type NewsDesk } from "./news.ts";
export { type Database, migrate, openDatabase } from "./open-database.ts";
export { outlast, passesByItself } from "./outlast.ts";
export { writePrivateFile } from "./private-file.ts";
export { loadProvedSecret } from "./prove-secret.ts";
export { openQuickStatements, type QuickStatements } from "./quick-statements.ts";
export { recordEvent } from "./record-event.ts";
export { createSealer, loadSecret, type Sealer } from "./sealing.ts";
export { applySettings } from "./session-settings.ts";
export { createSharedReader } from "./shared-reader.ts";
export { createSignal } from "./signal.ts";
export { endSession } from "./silence.ts";
export { databaseNow, inTransaction, parseInstant, parseInstantOrNull, type Queries, run } from "./transaction.ts";
