import { type RawBuilder, sql } from "kysely";

/** In the order of their times, as `selectCampaignsToComplete`. */
export function selectCampaignsToStart(): RawBuilder<{ id: string }> {
  return sql`select id from campaign where status = 'SCHEDULED' and opens_at <= now() order by opens_at, id`;
}

export function selectCampaignsToComplete(): RawBuilder<{ id: string }> {
  return sql`select id from campaign where status in ('LIVE', 'PAUSED', 'SCHEDULED') and closes_at <= now() order by closes_at, id`;
}
