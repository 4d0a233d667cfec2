import { type RawBuilder, sql } from "kysely";

export function selectClock(): RawBuilder<{ milliseconds: number }> {
  return sql`select extract(epoch from clock_timestamp())::float8 * 1000 as milliseconds`;
}

/** The latest instant at which something was accepted, of the newest executions: a second brings fewer of them. Null without any. */
export function selectLatestAccepted(): RawBuilder<{ milliseconds: number | null }> {
  return sql`
    select extract(epoch from max(accepted_at))::float8 * 1000 as milliseconds
    from (select accepted_at from execution order by id desc limit 2000) newest`;
}
