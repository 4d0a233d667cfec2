import { type RawBuilder, sql } from "kysely";

export function selectClock(): RawBuilder<{ milliseconds: number }> {
  return sql`select extract(epoch from clock_timestamp())::float8 * 1000 as milliseconds`;
}

/**
 * The latest instant at which something was accepted. Nothing is accepted before what was accepted earlier, so the newest executions have
 * it: several, for ids of several servers are in order to within their clocks. Null without any.
 */
export function selectLatestAccepted(): RawBuilder<{ milliseconds: number | null }> {
  return sql`
    select extract(epoch from max(accepted_at))::float8 * 1000 as milliseconds
    from (select accepted_at from execution order by id desc limit 20) newest`;
}
