import { type RawBuilder, sql } from "kysely";

/** The same for every process on this database, and no other's. */
export function selectInstallation(): RawBuilder<{ id: string }> {
  return sql`select system_identifier || '.' || (select oid from pg_database where datname = current_database()) as id from pg_control_system()`;
}
