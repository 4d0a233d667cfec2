import { type RawBuilder, sql } from "kysely";

/** For the present transaction only. */
export function setStatementTimeout(milliseconds: number): RawBuilder<unknown> {
  return sql`select set_config('statement_timeout', ${String(Math.max(1, Math.floor(milliseconds)))}, true)`;
}
