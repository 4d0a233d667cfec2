import { type RawBuilder, sql } from "kysely";
import type { Actor } from "../../storage/index.ts";

/** `isWithinReach` for statements that read rows of many campaigns. Costs nothing for whoever has no limits. */
export function withinReach({ reach }: Pick<Actor, "reach">, campaignId: RawBuilder<unknown>): RawBuilder<unknown> {
  if (reach === null) return sql`true`;
  const isNamed = reach.campaignIds ? sql`${campaignId} = any(${[...reach.campaignIds]}::uuid[])` : sql`true`;
  const isLabelled = reach.labels
    ? sql`exists (
        select from campaign reached
        where reached.id = ${campaignId} and (reached.labels = '{}' or reached.labels && ${reach.labels}::text[])
      )`
    : sql`true`;
  return sql`(${isNamed} and ${isLabelled})`;
}
