import { type RawBuilder, sql } from "kysely";

export function selectLastNumber(campaignId: string): RawBuilder<{ number: number }> {
  return sql`select max(number) as number from campaign_version where campaign_id = ${campaignId}`;
}
