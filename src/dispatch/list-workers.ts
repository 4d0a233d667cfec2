import { requirePermission } from "../access/index.ts";
import { type Context, parseInstant, run } from "../storage/index.ts";
import { selectWorkers } from "./sql/select-workers.ts";
import type { Trouble } from "./trouble.ts";

/** A process that sends. */
export type Worker = {
  readonly id: string;
  /** Machine and process id. */
  readonly name: string;
  readonly startedAt: Date;
  /** Without a sign of life until then it loses what it holds. */
  readonly leaseUntil: Date;
  /** Empty when nothing keeps it from sending. */
  readonly troubles: readonly Trouble[];
};

/** Those whose lease has not lapsed, oldest first. */
export async function listWorkers(ctx: Context): Promise<Worker[]> {
  requirePermission(ctx, "configurations:read");
  const workers = await readWorkers(ctx);
  if (ctx.actor.reach === null) return workers;
  // Whoever is limited to some campaigns does not learn of others.
  return workers.map((worker) => ({ ...worker, troubles: worker.troubles.map(({ campaignIds: _, ...trouble }) => trouble) }));
}

/** The same for whoever has the permission for something that they are part of. */
export async function readWorkers(ctx: Context): Promise<Worker[]> {
  const rows = await run(ctx, selectWorkers());
  return rows.map((row) => ({
    ...row,
    startedAt: parseInstant(row.startedAt),
    leaseUntil: parseInstant(row.leaseUntil),
    troubles: row.troubles.map((trouble) => ({ ...trouble, since: new Date(trouble.since) })),
  }));
}
