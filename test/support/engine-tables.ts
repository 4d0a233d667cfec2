import { Client, type QueryResultRow } from "pg";
import { createId, createLog } from "../../src/base/index.ts";
import type { Marking } from "../../src/dispatch/sql/mark-sending.ts";
import { entities } from "../../src/entities.ts";
import { type Database, openDatabase } from "../../src/storage/index.ts";
import { countsAsNumbers } from "./counts-as-numbers.ts";
import { createTestDatabase } from "./test-database.ts";

/** A database with one campaign and messages in it, and no engine: a test takes the engine's part, statement by statement. */
export type EngineTables = {
  readonly database: Database;
  readonly ctx: { readonly em: Database["orm"]["em"] };
  readonly campaignId: string;
  readonly executionId: string;
  readonly configurationId: string;
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** A worker with a lease of 60 s. */
  addWorker(leaseSeconds?: number): Promise<string>;
  /** What marks these batches. */
  marking(batchIds: readonly string[]): Marking;
  /** How many messages have each status, with SENDING told apart from CLAIMED. */
  statuses(): Promise<Record<string, number>>;
  stop(): Promise<void>;
};

export async function createEngineTables(options: { readonly messages: number; readonly onUncertain?: "RESEND" | "HOLD" }) {
  const test = await createTestDatabase();
  const database = await openDatabase({ url: test.url, poolMax: 4, entities, log: createLog("silent") });
  const client = new Client({ connectionString: test.url, types: countsAsNumbers });
  await client.connect();
  const query = async <Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await client.query<Row>(text, values)).rows;
  const campaignId = createId();
  const executionId = createId();
  const configurationId = createId();
  await fill(query, { ...options, campaignId, executionId, configurationId });

  const tables: EngineTables = {
    database,
    ctx: { em: database.orm.em.fork() },
    campaignId,
    executionId,
    configurationId,
    query,
    async addWorker(leaseSeconds = 60) {
      const id = createId();
      const insert =
        "insert into worker (id, name, started_at, lease_until) values ($1, 'test', now(), now() + $2 * interval '1 second')";
      await query(insert, [id, leaseSeconds]);
      return id;
    },
    marking: (batchIds) => ({
      batchIds,
      configurationIds: batchIds.map(() => configurationId),
      executionIds: [executionId],
    }),
    async statuses() {
      const rows = await query<{ status: string; count: number }>(`
        select case when message.status = 'CLAIMED' and batch.sending_at is not null then 'SENDING' else message.status end as status,
               count(*)::int as count
        from message left join batch on batch.id = message.batch_id group by 1`);
      return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    },
    async stop() {
      await client.end();
      await database.close();
      await test.drop();
    },
  };
  return tables;
}

type Query = (text: string, values?: unknown[]) => Promise<unknown>;
type Filling = {
  readonly campaignId: string;
  readonly executionId: string;
  readonly configurationId: string;
  readonly messages: number;
  readonly onUncertain?: "RESEND" | "HOLD";
};

async function fill(query: Query, filling: Filling): Promise<void> {
  const { campaignId, executionId, configurationId, messages, onUncertain = "RESEND" } = filling;
  const versionId = createId();
  await query(
    `insert into channel_configuration (id, name, channel, provider, active, revision, concurrency, retry_period_seconds, settings, created_at, updated_at)
     values ($1, 'Sandbox', 'EMAIL', 'sandbox', true, 1, 20, 86400, '{}', now(), now())`,
    [configurationId],
  );
  await query(
    `insert into campaign (id, title, tags, category, channel, status, revision, created_at, updated_at)
     values ($1, 'Test', '{}', 'TRANSACTIONAL', 'EMAIL', 'LIVE', 1, now(), now())`,
    [campaignId],
  );
  await query(
    `insert into campaign_version (id, campaign_id, number, status, channel_configuration_id, namespace, create_profiles,
       high_throughput, on_uncertain, missing_context, time_zone, one_shot, created_at, created_by)
     values ($1, $2, 1, 'LIVE', $3, 'email', true, false, $4, 'EXCLUDE', 'UTC', false, now(), 'test')`,
    [versionId, campaignId, configurationId, onUncertain],
  );
  await query("update campaign set live_version_id = $1 where id = $2", [versionId, campaignId]);
  await query(
    `insert into execution (id, campaign_id, version_id, request_id, fingerprint, status, accepted_at, accepted_count,
       excluded_count, window_ends_at, first_message_id, last_message_id, actor_id)
     values ($1, $2, $3, 'only', '', 'RUNNING', now(), $4, 0, now() + interval '12 hours', $1, $1, 'test')`,
    [executionId, campaignId, versionId, messages],
  );
  await query(
    `insert into message (id, execution_id, campaign_id, version_id, status, attempts, available_at, recipient_type, namespace,
       user_id, address, context)
     select gen_random_uuid(), $1, $2, $3, 'QUEUED', 0, now(), 'EXTERNAL', 'email', 'u' || n, 'u' || n || '@example.com', '{}'
     from generate_series(1, $4::int) n`,
    [executionId, campaignId, versionId, messages],
  );
  await query("insert into delivery_total (scope_id, accepted) values ($1, $3), ($2, $3)", [executionId, campaignId, messages]);
}
