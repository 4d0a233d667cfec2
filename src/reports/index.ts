/**
 * Reports: totals, timelines and live summaries. Promises: every sum is exact at its instant; a stream of values
 * begins with the present one and always ends with the last, however slowly it is read; one of events holds what is bounded
 * for a slow reader, and tells what it left out; all go on by themselves after the database was away.
 */
export { type DeliveryStats, findStats, type StatsScope } from "./delivery-stats.ts";
export { deliveryTimeline, type TimelinePoint } from "./delivery-timeline.ts";
export type { Told } from "./event-queue.ts";
export { forgetOldSeconds } from "./forget-old-seconds.ts";
export { createLiveReports, type LiveReports } from "./live-reports.ts";
export type { Progress } from "./progress.ts";
export type { StatusEvent } from "./status-events.ts";
