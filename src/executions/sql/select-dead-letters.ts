import { type RawBuilder, sql } from "kysely";
import type { DeadStatus } from "../message.ts";
import { type DeadLetterScope, deadLettersOf } from "./dead-letters-of.ts";
import { joined, type MessageRow, shown } from "./select-messages.ts";

export function selectDeadLetters(
  scope: DeadLetterScope,
  page: { readonly after: string | null; readonly limit: number },
): RawBuilder<MessageRow> {
  return sql`
    select ${shown} from ${joined}
    where ${deadLettersOf(scope)} and (${page.after}::uuid is null or message.id > ${page.after}::uuid)
    order by message.id limit ${page.limit}`;
}

export function countDeadLetters(scope: DeadLetterScope): RawBuilder<{ count: number }> {
  return sql`select count(*) as count from message where ${deadLettersOf(scope)}`;
}

export type DeadLetterReason = {
  readonly status: DeadStatus;
  readonly errorCode: string | null;
  readonly count: number;
  readonly example: string | null;
};

/** Most frequent first. */
export function selectDeadLetterReasons(scope: DeadLetterScope): RawBuilder<DeadLetterReason> {
  return sql`
    select message.status, message.error_code as "errorCode", count(*) as count, max(message.error) as example
    from message where ${deadLettersOf(scope)}
    group by message.status, message.error_code
    order by count(*) desc, message.status, message.error_code nulls last`;
}
