import type { TestApp } from "./test-app.ts";

/** Dates that no test lives to see: everything is made ready without haste, and `beginsNow` or `endsNow` brings them. */
export const farStart = "2099-01-01T00:00:00.000Z";
export const farEnd = "2099-02-01T00:00:00.000Z";

type Asked = Pick<TestApp, "query">;

/** The start of these campaigns is now, as PostgreSQL has it. */
export async function beginsNow({ query }: Asked, ...ids: string[]): Promise<string> {
  const rows = await query<{ at: Date }>(
    `with dated as (update campaign_version set start_at = now() where campaign_id = any($1) and start_at is not null)
     update campaign set opens_at = now() where id = any($1) returning opens_at as at`,
    [ids],
  );
  return rows[0]?.at.toISOString() ?? "";
}

export async function endsNow({ query }: Asked, ...ids: string[]): Promise<string> {
  const rows = await query<{ at: Date }>(
    `with dated as (update campaign_version set end_at = now() where campaign_id = any($1) and end_at is not null)
     update campaign set closes_at = now() where id = any($1) returning closes_at as at`,
    [ids],
  );
  return rows[0]?.at.toISOString() ?? "";
}

/** What was to be sent later is due now. */
export async function fallsDue({ query }: Asked, executionId: string): Promise<string> {
  await query("update message set available_at = now() where execution_id = $1", [executionId]);
  const rows = await query<{ at: Date }>("update execution set execute_at = now() where id = $1 returning execute_at as at", [
    executionId,
  ]);
  return rows[0]?.at.toISOString() ?? "";
}

/** A key that nobody used yet is refused from now on; one that is at work, within two seconds. */
export async function expires({ query }: Asked, keyId: string): Promise<void> {
  await query("update api_key set expires_at = now() where id = $1", [keyId]);
}
