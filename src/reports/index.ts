/**
 * Reports: totals, timelines and live summaries. Promises: every sum is exact at its instant; a stream begins with
 * the present and always ends with the last value, however slowly it is read.
 */
export { type DeliveryStats, findStats, type StatsScope } from "./delivery-stats.ts";
export { deliveryTimeline, type TimelinePoint } from "./delivery-timeline.ts";
export { forgetOldSeconds } from "./forget-old-seconds.ts";
export { createLiveReports, type LiveReports } from "./live-reports.ts";
export type { StatusEvent } from "./status-events.ts";
