import { sql } from "kysely";
import { createSharedReader } from "./shared-reader.ts";
import { type Queries, run } from "./transaction.ts";

/**
 * The newest place in the trail, as a decimal number; "0" before the first event. Everything up to it is committed, and
 * nothing will come in between (docs/decisions/0018).
 */
export async function newestEventPosition(ctx: Queries): Promise<string> {
  const rows = await run(
    ctx,
    sql<{ position: string }>`
      select coalesce((select position from event where position is not null order by position desc limit 1), 0)::text as position`,
  );
  return rows[0]?.position ?? "0";
}

/** The same for many who look at once: of a reading that began after `since`. */
export type NewestEvent = (since: number) => Promise<string>;

export function createNewestEvent(context: () => Queries): NewestEvent {
  const reader = createSharedReader(async () => new Map([["", await newestEventPosition(context())]]));
  return async (since) => (await reader.read("", since)) ?? "0";
}
