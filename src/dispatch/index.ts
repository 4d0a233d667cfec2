/**
 * Dispatch: the engine. It works on the message table itself: claims, paces by Bottleneck, sends, settles, retries,
 * recovers. Promises: nobody claimed is lost when a process dies; a write of a worker that lost its lease changes
 * nothing; the delivery rate is held and its changes are obeyed within a second.
 */
export { createDispatcher } from "./create-dispatcher.ts";
export { createLimits } from "./create-limits.ts";
export { type EnginePart, type OtherParts, ordinaryPart } from "./engine-part.ts";
export { findHealthConditions, type HealthCondition } from "./find-health-conditions.ts";
export { listWorkers, type Worker } from "./list-workers.ts";
export type { Trouble } from "./trouble.ts";
export { workerName } from "./worker-lease.ts";
