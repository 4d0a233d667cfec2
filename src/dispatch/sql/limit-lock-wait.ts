import { type RawBuilder, sql } from "kysely";

/**
 * The CTE `patience`, of one row: a statement that reads it first waits so long for a lock, and then fails with what
 * `isHeldByAnother` knows. Absent: as long as its session says. It ends with the statement.
 */
export function limitLockWait(milliseconds: number | undefined): RawBuilder<unknown> {
  const limit = milliseconds === undefined ? sql`current_setting('lock_timeout')` : sql`${String(milliseconds)}`;
  return sql`patience as materialized (select set_config('lock_timeout', ${limit}, true) as milliseconds)`;
}
