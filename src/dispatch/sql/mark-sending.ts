import { type RawBuilder, sql } from "kysely";

export type Marking = {
  readonly batchIds: readonly string[];
  /** Of each batch, where its messages go. */
  readonly configurationIds: readonly string[];
  /** Of the messages in them. */
  readonly executionIds: readonly string[];
};

export type MarkedBatch = {
  readonly id: string;
  /** Of the executions, those that were cancelled since the claim. Their messages may not go, whatever their batch. */
  readonly cancelledIds: readonly string[];
};

/**
 * From here on these batches may be on the wire. Returned are those that may: a batch is missing when a pause, a stop
 * or another worker took it back, its campaign is no longer LIVE and inside its window, or its channel configuration is
 * inactive. A batch that somebody else has locked is being taken back, and is missing too: many campaigns are marked
 * together, and none of them waits for the stop of another. Asking twice, after a lost answer, does no harm. Executions are looked up once for all batches: there are few, and
 * many messages.
 */
export function markSending({ batchIds, configurationIds, executionIds }: Marking): RawBuilder<MarkedBatch> {
  return sql`
    with wanted as materialized (select id from batch where id = any(${batchIds}::uuid[]) order by id for update skip locked)
    update batch set sending_at = coalesce(batch.sending_at, now())
    from unnest(${batchIds}::uuid[], ${configurationIds}::uuid[]) as given (batch_id, configuration_id)
    join channel_configuration configuration on configuration.id = given.configuration_id and configuration.active
    join wanted on wanted.id = given.batch_id
    cross join campaign
    where batch.id = given.batch_id
      and campaign.id = batch.campaign_id and campaign.status = 'LIVE' and (campaign.closes_at is null or campaign.closes_at > now())
    returning batch.id,
      array(select id from execution where id = any(${executionIds}::uuid[]) and status = 'CANCELLED') as "cancelledIds"`;
}
