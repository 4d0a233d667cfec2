import { type RawBuilder, sql } from "kysely";

/** Policies are changed one at a time until the transaction ends: names stay unique, the last activated one is known. */
export function lockPolicies(): RawBuilder<unknown> {
  return sql`select pg_advisory_xact_lock(7406234)`;
}
