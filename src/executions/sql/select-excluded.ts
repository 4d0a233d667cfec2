import { type RawBuilder, sql } from "kysely";
import type { Exclusion } from "../exclusion.ts";
import type { Execution } from "../execution.entity.ts";

export type ExcludedRecipient = Exclusion & { readonly userId: string };

/** The first of an execution, in the order of its recipients. */
export function selectExcluded(execution: Execution, limit: number): RawBuilder<ExcludedRecipient> {
  return sql`
    select user_id as "userId", exclusion as reason, exclusion_detail as detail from message
    where id between ${execution.firstMessageId} and ${execution.lastMessageId} and execution_id = ${execution.id}
      and status = 'EXCLUDED'
    order by id limit ${limit}`;
}
