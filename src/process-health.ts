import type { HealthCheck } from "./api/index.ts";
import { listWorkers, type Worker, workerName } from "./dispatch/index.ts";
import type { Context, Database } from "./storage/index.ts";

export type HealthOptions = {
  readonly database: Database;
  readonly context: () => Context;
  /** Whether this process has an engine, and so is not ready while that cannot send. */
  readonly sends: boolean;
};

/** What /health/ready tells: the database, who sends, and what keeps them from it. */
export function createHealthCheck({ database, context, sends }: HealthOptions): HealthCheck {
  return async () => {
    if (!(await database.orm.isConnected())) return { ok: false, checks: { database: "does not answer" } };
    const workers = await listWorkers(context());
    const own = workers.find((worker) => worker.name === workerName());
    return {
      ok: !sends || (own !== undefined && !hasTrouble(own, "redis")),
      checks: {
        database: "answers",
        workers: sayWorkers(workers),
        ...(sends && !own ? { engine: "has no lease: it is starting, or was declared dead" } : {}),
        ...troublesOf(workers),
      },
    };
  };
}

const hasTrouble = (worker: Worker, kind: string): boolean => worker.troubles.some((trouble) => trouble.kind === kind);

function sayWorkers(workers: readonly Worker[]): string {
  if (workers.length === 0) return "none: accepted messages wait until one starts";
  const troubled = workers.filter((worker) => worker.troubles.length > 0).length;
  return troubled === 0 ? `${workers.length}` : `${workers.length}, of which ${troubled} cannot send everything`;
}

/** By kind: what several workers say alike once, and all of it that differs. */
function troublesOf(workers: readonly Worker[]): Record<string, string> {
  const troubles = workers.flatMap((worker) => worker.troubles);
  const kinds = [...new Set(troubles.map(({ kind }) => kind))];
  return Object.fromEntries(kinds.map((kind) => [kind, sayAll(troubles.filter((trouble) => trouble.kind === kind))]));
}

function sayAll(alike: Worker["troubles"]): string {
  const subjectOf = ({ detail, channelConfigurationId }: Worker["troubles"][number]) => channelConfigurationId ?? detail;
  const first = new Map(alike.toReversed().map((trouble) => [subjectOf(trouble), trouble]));
  return [...first.values()]
    .toReversed()
    .map(({ detail, since }) => `${detail} Since ${since.toISOString()}.`)
    .join(" ");
}
