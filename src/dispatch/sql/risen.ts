import { type RawBuilder, sql } from "kysely";

/** The present instant as the worker knows it, where the database's clock is behind: it may have been set back. */
export const risen = (at: Date | null | undefined): RawBuilder<Date> =>
  sql`greatest(now(), ${at?.toISOString() ?? null}::timestamptz)`;

/**
 * Whether a message is due. What is to be sent at once has waited since an instant that the clock may not have reached again, and a
 * retry was put off by a clock that only rises. Only what was scheduled waits for the clock on the wall.
 */
export const isDue = (at: Date | null | undefined): RawBuilder<boolean> => sql`
  message.available_at <= ${risen(at)} and (message.available_at <= now() or message.deferred_at is not null
    or (select execute_at is null from execution where id = message.execution_id))`;
