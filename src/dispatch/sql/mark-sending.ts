import { type RawBuilder, sql } from "kysely";

/**
 * From here on these batches may be on the wire. Returned are those that may: a batch is missing when a pause, a stop
 * or another worker took it back, or its campaign is no longer LIVE and inside its window. Asking twice, after a lost
 * answer, does no harm.
 */
export function markSending(batchIds: readonly string[]): RawBuilder<{ id: string }> {
  return sql`
    update batch set sending_at = coalesce(batch.sending_at, now())
    from campaign
    where batch.id = any(${batchIds}::uuid[])
      and campaign.id = batch.campaign_id and campaign.status = 'LIVE' and (campaign.closes_at is null or campaign.closes_at > now())
    returning batch.id`;
}
