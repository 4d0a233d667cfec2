import { type RawBuilder, sql } from "kysely";

/** Usable keys that may make keys. Locked, so that two of them cannot end one another at the same moment. */
export function lockAdminKeys(now: Date): RawBuilder<{ id: string }> {
  return sql`
    select id from api_key
    where role = 'ADMIN' and scopes is null and revoked_at is null
      and (expires_at is null or expires_at > ${now.toISOString()}::timestamptz)
    order by id for update`;
}
