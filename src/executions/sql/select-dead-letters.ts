import { type RawBuilder, sql } from "kysely";
import type { DeadStatus } from "../message.ts";
import { type DeadLetterScope, deadLettersOf } from "./dead-letters-of.ts";
import { joined, type MessageRow, shown } from "./select-messages.ts";

export type DeadLetterFilter = DeadLetterScope & { readonly errorCode: string | null };

const isWanted = (filter: DeadLetterFilter): RawBuilder<unknown> => sql`
  ${deadLettersOf(filter)} and (${filter.errorCode}::text is null or message.error_code = ${filter.errorCode}::text)`;

export function selectDeadLetters(
  filter: DeadLetterFilter,
  page: { readonly after: string | null; readonly limit: number },
): RawBuilder<MessageRow> {
  return sql`
    select ${shown} from ${joined}
    where ${isWanted(filter)} and (${page.after}::uuid is null or message.id > ${page.after}::uuid)
    order by message.id limit ${page.limit}`;
}

export function countDeadLetters(filter: DeadLetterFilter): RawBuilder<{ count: number }> {
  return sql`select count(*)::int as count from message where ${isWanted(filter)}`;
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
    select message.status, message.error_code as "errorCode", count(*)::int as count, max(message.error) as example
    from message where ${deadLettersOf(scope)}
    group by message.status, message.error_code
    order by count(*) desc, message.status, message.error_code nulls last`;
}
