import { type RawBuilder, sql } from "kysely";

export function deleteOldSeconds(keptDays: number): RawBuilder<{ count: number }> {
  return sql`
    with deleted as (delete from delivery_second where second < now() - ${keptDays}::int * interval '1 day' returning 1)
    select count(*) as count from deleted`;
}
