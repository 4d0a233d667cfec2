import { type RawBuilder, sql } from "kysely";
import type { Trouble } from "../trouble.ts";

export type WorkerRow = {
  readonly id: string;
  readonly name: string;
  readonly startedAt: string;
  readonly leaseUntil: string;
  readonly troubles: readonly (Omit<Trouble, "since"> & { readonly since: string })[];
};

export function selectWorkers(): RawBuilder<WorkerRow> {
  return sql`
    select id, name, started_at as "startedAt", lease_until as "leaseUntil", troubles
    from worker where lease_until > now() order by id`;
}
