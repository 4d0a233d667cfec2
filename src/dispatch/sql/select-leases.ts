import { type RawBuilder, sql } from "kysely";

export type OtherLease = {
  readonly id: string;
  /** As text: only whether it changes counts. */
  readonly leaseUntil: string;
  /** By the database's clock it has not lapsed. */
  readonly isAhead: boolean;
};

export function selectOtherLeases(ownWorkerId: string): RawBuilder<OtherLease> {
  return sql`
    select id, lease_until::text as "leaseUntil", lease_until > now() as "isAhead" from worker where id <> ${ownWorkerId}`;
}
