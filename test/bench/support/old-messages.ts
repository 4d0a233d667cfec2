import { randomUUID } from "node:crypto";
import { mustBe, note, whole } from "./line.ts";
import type { Server } from "./server.ts";

const perExecution = 100_000;
const daysOld = 60;

/**
 * Fills the tables with the messages of the last two months, as they look when all is done: SENT, context erased, ids
 * made when they were accepted, an execution for each 100,000.
 */
export async function insertOldMessages(server: Server, campaignId: string, count: number): Promise<void> {
  const startedAt = performance.now();
  for (let from = 0; from < count; from += perExecution) {
    const size = Math.min(perExecution, count - from);
    await server.query(insertOld, [campaignId, randomUUID(), from, size, daysOld * 86_400 * (1 - from / count)]);
  }
  await server.query(
    `insert into delivery_total as total (scope_id, accepted, sent) values ($1, $2, $2)
     on conflict (scope_id) do update set accepted = total.accepted + excluded.accepted, sent = total.sent + excluded.sent`,
    [campaignId, count],
  );
  await server.query("vacuum analyze");
  const [row] = await server.query<{ count: number }>("select count(*)::int as count from message where campaign_id = $1", [
    campaignId,
  ]);
  mustBe("old messages", row?.count, count);
  const [size] = await server.query<{ size: string }>("select pg_size_pretty(pg_total_relation_size('message')) as size");
  note(
    `${whole(count)} old messages inserted in ${whole((performance.now() - startedAt) / 1000)} s; the table has ${size?.size}`,
  );
}

/** $5: how many seconds ago they were accepted. Ids rise with time, as those of real messages. */
const insertOld = `
  with at as (select now() - $5::float8 * interval '1 second' as accepted),
  made as (
    insert into execution (id, campaign_id, version_id, request_id, fingerprint, status, accepted_at, accepted_count, excluded_count,
      planned_finish_at, window_ends_at, finished_at, first_message_id, last_message_id, actor_id)
    select $2::uuid, $1::uuid, campaign.live_version_id, $2::text, '\\x00', 'FINISHED', accepted, $4, 0, accepted + interval '1 minute',
      accepted + interval '12 hours', accepted + interval '1 minute', $2::uuid, $2::uuid, 'bench'
    from campaign, at where campaign.id = $1
  ),
  total as (insert into delivery_total (scope_id, accepted, sent) values ($2::uuid, $4, $4))
  insert into message (id, execution_id, campaign_id, version_id, status, attempts, available_at, profile_id, recipient_type, namespace,
    user_id, address, provider_message_id, claimed_at, handed_at, settled_at)
  select uuidv7(accepted - now() + n * interval '300 microseconds'), $2::uuid, $1::uuid, campaign.live_version_id, 'SENT', 1, accepted, gen_random_uuid(), 'PROFILE',
    'email', 'old' || ($3 + n) || '@example.com', 'old' || ($3 + n) || '@example.com', md5(n::text),
    accepted + n * interval '300 microseconds', accepted + n * interval '300 microseconds', accepted + n * interval '310 microseconds'
  from generate_series(1, $4::int) n, campaign, at where campaign.id = $1
  order by n`;
