import { type RawBuilder, sql } from "kysely";

export function selectClock(): RawBuilder<{ milliseconds: number }> {
  return sql`select extract(epoch from clock_timestamp())::float8 * 1000 as milliseconds`;
}
