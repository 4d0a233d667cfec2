import { type RawBuilder, sql } from "kysely";
import type { DeadStatus } from "../message.ts";

export type DeadLetterScope = {
  readonly campaignId: string;
  /** Null means all of the campaign. */
  readonly executionId: string | null;
  readonly statuses: readonly DeadStatus[];
  /** Only with this code of the provider; null for any. */
  readonly errorCode: string | null;
  /** Only these; null for any. */
  readonly ids: readonly string[] | null;
};

const end = (executionId: string, column: "first_message_id" | "last_message_id"): RawBuilder<unknown> =>
  sql`(select ${sql.ref(column)} from execution where id = ${executionId})`;

/** The dead letters of a campaign lie along `message_dead`; those of one execution are a range of it. */
export function deadLettersOf({ campaignId, executionId, statuses, errorCode, ids }: DeadLetterScope): RawBuilder<unknown> {
  const isInExecution = executionId
    ? sql`message.execution_id = ${executionId}
        and message.id between ${end(executionId, "first_message_id")} and ${end(executionId, "last_message_id")}`
    : sql`true`;
  return sql`
    message.campaign_id = ${campaignId} and message.status in ('FAILED', 'UNCERTAIN')
    and message.status = any(${statuses}::text[]) and ${isInExecution}
    and ${errorCode === null ? sql`true` : sql`message.error_code = ${errorCode}`}
    and ${ids === null ? sql`true` : sql`message.id = any(${ids}::uuid[])`}`;
}
