import { type RawBuilder, sql } from "kysely";

/** Which of these channel configurations messages may go to. */
export function selectActivity(configurationIds: readonly string[]): RawBuilder<{ id: string; isActive: boolean }> {
  return sql`select id, active as "isActive" from channel_configuration where id = any(${configurationIds}::uuid[])`;
}
