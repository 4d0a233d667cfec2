import { type RawBuilder, sql } from "kysely";

export function selectAttributes(
  profileIds: readonly string[],
): RawBuilder<{ id: string; attributes: Readonly<Record<string, unknown>> }> {
  return sql`select id, attributes from profile where id = any(${profileIds}::uuid[])`;
}
