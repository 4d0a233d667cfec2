import { Migration } from "@mikro-orm/migrations";

/** The whole first schema. Statuses and reasons are text with a check, so that a dump reads like the schema. */
export class CreateSchema extends Migration {
  override up(): void {
    this.addSql(access);
    this.addSql(channelConfigurations);
    this.addSql(profiles);
    this.addSql(campaigns);
    this.addSql(executions);
    this.addSql(dispatch);
    this.addSql(totals);
    this.addSql(sandbox);
  }
}

const access = `
create table api_key (
  id uuid primary key,
  name text not null,
  role text not null,
  secret_hash bytea not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  last_used_at timestamptz(3)
);

-- What happened and who did it; news for subscriptions travels beside it (pg_notify in the same transaction).
create table event (
  id uuid primary key,
  type text not null,
  campaign_id uuid,
  actor_id text not null,
  actor_name text not null,
  data jsonb not null,
  at timestamptz(3) not null
);
create index event_campaign on event (campaign_id, id);
create index event_status on event (at) where type = 'campaign.status-changed';
`;

const channelConfigurations = `
create table channel_configuration (
  id uuid primary key,
  name text not null unique,
  channel text not null check (channel in ('EMAIL', 'SMS', 'PUSH')),
  provider text not null,
  category text check (category in ('MARKETING', 'TRANSACTIONAL')),
  active boolean not null,
  quota_per_second integer check (quota_per_second > 0),
  concurrency integer not null check (concurrency > 0),
  retry_period_seconds integer not null check (retry_period_seconds > 0),
  settings jsonb not null,
  -- Sealed with AES-256-GCM; never readable through the API.
  sealed_secrets bytea,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
`;

const profiles = `
create table profile (
  id uuid primary key,
  attributes jsonb not null,
  time_zone text,
  locale text,
  source text not null check (source in ('API', 'EXECUTION')),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);

create table profile_identity (
  namespace text not null,
  value text not null,
  profile_id uuid not null references profile on delete cascade,
  created_at timestamptz(3) not null,
  primary key (namespace, value)
);
create index profile_identity_profile on profile_identity (profile_id, namespace);

create table profile_consent (
  profile_id uuid not null references profile on delete cascade,
  channel text not null check (channel in ('EMAIL', 'SMS', 'PUSH')),
  state text not null check (state in ('OPTED_IN', 'OPTED_OUT')),
  updated_at timestamptz(3) not null,
  primary key (profile_id, channel)
);

create table suppression (
  channel text not null check (channel in ('EMAIL', 'SMS', 'PUSH')),
  kind text not null check (kind in ('ADDRESS', 'DOMAIN')),
  value text not null,
  reason text not null,
  comment text,
  created_at timestamptz(3) not null,
  primary key (channel, kind, value)
);
`;

const campaigns = `
create table campaign (
  id uuid primary key,
  title text not null,
  description text,
  tags text[] not null,
  category text not null check (category in ('MARKETING', 'TRANSACTIONAL')),
  channel text not null check (channel in ('EMAIL', 'SMS', 'PUSH')),
  status text not null check (status in
    ('DRAFT', 'IN_REVIEW', 'SCHEDULED', 'LIVE', 'PAUSED', 'STOPPED', 'COMPLETED', 'FAILED', 'ARCHIVED')),
  status_reason text,
  revision integer not null,
  delivery_rate integer check (delivery_rate between 1 and 2000),
  live_version_id uuid,
  draft_version_id uuid,
  -- The window of the live version, and of a one-shot its last day: what accept, the engine and the clock look at.
  opens_at timestamptz(3),
  closes_at timestamptz(3),
  paused_at timestamptz(3),
  activated_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create index campaign_status on campaign (status, id);

create table campaign_version (
  id uuid primary key,
  campaign_id uuid not null references campaign on delete cascade,
  number integer not null,
  status text not null check (status in ('DRAFT', 'IN_REVIEW', 'LIVE', 'RETIRED')),
  channel_configuration_id uuid not null references channel_configuration,
  namespace text not null,
  create_profiles boolean not null,
  high_throughput boolean not null,
  on_uncertain text not null check (on_uncertain in ('RESEND', 'HOLD')),
  missing_context text not null check (missing_context in ('EXCLUDE', 'PRINT_NOTHING')),
  context_schema jsonb,
  start_at timestamptz(3),
  end_at timestamptz(3),
  time_zone text not null,
  one_shot boolean not null,
  content jsonb,
  created_at timestamptz(3) not null,
  created_by text not null,
  activated_at timestamptz(3),
  unique (campaign_id, number)
);
alter table campaign
  add foreign key (live_version_id) references campaign_version deferrable initially deferred,
  add foreign key (draft_version_id) references campaign_version on delete set null deferrable initially deferred;
`;

const executions = `
create table execution (
  id uuid primary key,
  campaign_id uuid not null,
  version_id uuid not null,
  request_id text not null,
  -- SHA-256 of the call's arguments: the same requestId with others is REQUEST_ID_REUSED.
  fingerprint bytea not null,
  status text not null check (status in ('RUNNING', 'FINISHED', 'CANCELLED')),
  accepted_at timestamptz(3) not null,
  execute_at timestamptz(3),
  accepted_count integer not null,
  excluded_count integer not null,
  planned_finish_at timestamptz(3),
  -- End of the 12 hours in which it has to be sent while its campaign has a delivery rate.
  window_ends_at timestamptz(3) not null,
  finished_at timestamptz(3),
  -- When retention erased who its recipients were.
  erased_at timestamptz(3),
  -- The ids of its messages rise without a gap in time between these two: listing them is a range of the primary key.
  first_message_id uuid not null,
  last_message_id uuid not null,
  actor_id text not null,
  unique (campaign_id, request_id)
);
create index execution_campaign on execution (campaign_id, id);
create index execution_running on execution (campaign_id) where status = 'RUNNING';
create index execution_kept on execution (finished_at) where finished_at is not null and erased_at is null;

-- No foreign keys and few indexes: this table takes every recipient of every call (see docs/decisions/0002).
create table message (
  id uuid primary key,
  execution_id uuid not null,
  campaign_id uuid not null,
  version_id uuid not null,
  status text not null check (status in
    ('QUEUED', 'CLAIMED', 'SENT', 'DELIVERED', 'BOUNCED', 'FAILED', 'UNCERTAIN', 'EXCLUDED')),
  attempts smallint not null,
  available_at timestamptz(3) not null,
  -- The batch that holds it while CLAIMED: its fencing token. SENDING is a claimed message of a batch that is sending.
  batch_id uuid,
  profile_id uuid,
  recipient_type text not null check (recipient_type in ('PROFILE', 'EXTERNAL')),
  namespace text not null,
  user_id text not null,
  address text,
  -- json, not jsonb: stored and read back as it came. Erased when the message needs it no more.
  context json,
  profile_data json,
  exclusion text,
  exclusion_detail text,
  -- Of a FAILED or UNCERTAIN message: context and profile_data, sealed, for as long as it can be replayed.
  sealed bytea,
  -- Of a FAILED or UNCERTAIN message: since when what a replay needs is kept. Null: it cannot be replayed.
  kept_since timestamptz(3),
  error text,
  -- The provider's short code, such as 550 or 5.1.1: dead letters are listed by it.
  error_code text,
  provider_message_id text,
  -- When it was first put off; the retry period counts from here.
  deferred_at timestamptz(3),
  claimed_at timestamptz(3),
  handed_at timestamptz(3),
  settled_at timestamptz(3),
  -- Earlier attempts, oldest first: [{"at", "status", "attempt", "error"}].
  history jsonb
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
create index message_queue on message (campaign_id, available_at, id) where status = 'QUEUED';
create index message_in_flight on message (batch_id) where status = 'CLAIMED';
create index message_settled on message (campaign_id, settled_at) where settled_at is not null;
create index message_dead on message (campaign_id, id) where status in ('FAILED', 'UNCERTAIN');
create index message_unsealed on message (id)
  where status in ('FAILED', 'UNCERTAIN') and (context is not null or profile_data is not null);
create index message_kept on message (kept_since) where kept_since is not null;
`;

const dispatch = `
-- A live worker process. One that stops renewing its lease loses its batches.
create table worker (
  id uuid primary key,
  name text not null,
  started_at timestamptz(3) not null,
  lease_until timestamptz(3) not null,
  -- What keeps it from sending: [{"kind", "since", "detail", ...}]; empty when all is well.
  troubles jsonb not null default '[]'
);

-- Messages claimed together. Deleting the row takes the right to send or settle them away from whoever claimed it.
create table batch (
  id uuid primary key,
  worker_id uuid not null,
  campaign_id uuid not null,
  sending_at timestamptz(3)
);
create index batch_worker on batch (worker_id);
create index batch_campaign on batch (campaign_id);
`;

const totals = `
-- Kept in the same transaction as the messages. scope_id is an execution's or a campaign's id.
-- What is neither final nor excluded is still open: accepted minus all the others.
create table delivery_total (
  scope_id uuid primary key,
  accepted integer not null default 0,
  sent integer not null default 0,
  delivered integer not null default 0,
  bounced integer not null default 0,
  failed integer not null default 0,
  uncertain integer not null default 0,
  excluded integer not null default 0
) with (fillfactor = 70);

create table exclusion_total (
  scope_id uuid not null,
  reason text not null,
  count integer not null,
  primary key (scope_id, reason)
) with (fillfactor = 70);

create table delivery_second (
  campaign_id uuid not null,
  second timestamptz(0) not null,
  sent integer not null,
  failed integer not null,
  excluded integer not null,
  primary key (campaign_id, second)
) with (fillfactor = 70);
`;

const sandbox = `
create table sandbox_message (
  id uuid primary key,
  key text not null unique,
  channel text not null,
  address text not null,
  user_id text not null,
  campaign_id uuid not null,
  execution_id uuid not null,
  content jsonb not null,
  at timestamptz(3) not null
);
create index sandbox_message_campaign on sandbox_message (campaign_id, id);
create index sandbox_message_address on sandbox_message (address, id);
`;
