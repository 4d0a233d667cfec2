import { defineEntity, type InferEntity, p } from "@mikro-orm/postgresql";

/** As stored. SCHEDULED is shown for a running one whose `executeAt` lies ahead: see `executionStatus`. */
export const storedExecutionStatuses = { RUNNING: "RUNNING", FINISHED: "FINISHED", CANCELLED: "CANCELLED" } as const;
export type StoredExecutionStatus = keyof typeof storedExecutionStatuses;

export const executionStatuses = { SCHEDULED: "SCHEDULED", ...storedExecutionStatuses } as const;
export type ExecutionStatus = keyof typeof executionStatuses;

export const ExecutionSchema = defineEntity({
  name: "Execution",
  tableName: "execution",
  properties: {
    id: p.uuid().primary(),
    campaignId: p.uuid(),
    versionId: p.uuid(),
    requestId: p.text(),
    fingerprint: p.blob(),
    status: p.text().$type<StoredExecutionStatus>(),
    acceptedAt: p.datetime(3),
    executeAt: p.datetime(3).strictNullable(),
    acceptedCount: p.integer(),
    excludedCount: p.integer(),
    plannedFinishAt: p.datetime(3).strictNullable(),
    windowEndsAt: p.datetime(3),
    finishedAt: p.datetime(3).strictNullable(),
    erasedAt: p.datetime(3).strictNullable(),
    firstMessageId: p.uuid(),
    lastMessageId: p.uuid(),
    actorId: p.text(),
  },
});

export type Execution = InferEntity<typeof ExecutionSchema>;

export function executionStatus(execution: Pick<Execution, "status" | "executeAt">, now: Date): ExecutionStatus {
  return execution.status === "RUNNING" && execution.executeAt && execution.executeAt > now ? "SCHEDULED" : execution.status;
}
