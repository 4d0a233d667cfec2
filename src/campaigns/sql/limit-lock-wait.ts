import { type RawBuilder, sql } from "kysely";

/** For the rest of the transaction, or until `liftLockWait`. */
export function limitLockWait(milliseconds: number): RawBuilder<unknown> {
  return sql`select set_config('lock_timeout', ${String(milliseconds)}, true)`;
}

/** Back to what the session began with. */
export function liftLockWait(): RawBuilder<unknown> {
  return sql`set local lock_timeout to default`;
}
