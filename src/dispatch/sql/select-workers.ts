import { type RawBuilder, sql } from "kysely";
import type { Trouble } from "../trouble.ts";

export type WorkerRow = {
  readonly id: string;
  readonly name: string;
  readonly startedAt: string;
  readonly leaseUntil: string;
  readonly troubles: readonly (Omit<Trouble, "since"> & { readonly since: string })[];
};

/** A lease that lasts longer than any is given for was renewed before the clock was set back: it proves nothing. */
export function selectWorkers(): RawBuilder<WorkerRow> {
  return sql`
    select id, name, started_at as "startedAt", lease_until as "leaseUntil", troubles
    from worker where lease_until > now() and lease_until < now() + interval '1 minute' order by id`;
}
