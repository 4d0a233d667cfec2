/** Calls and their messages. */
export const executions = `
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
  accepted_count bigint not null,
  excluded_count bigint not null,
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
  -- How many workers died while they had it.
  deaths smallint not null default 0,
  available_at timestamptz(3) not null,
  -- The batch that holds it while CLAIMED: its fencing token. SENDING is a claimed message of a batch that is sending.
  batch_id uuid,
  profile_id uuid,
  recipient_type text not null check (recipient_type in ('PROFILE', 'EXTERNAL')),
  namespace text not null,
  user_id text not null,
  address text,
  -- The form in which it is compared, where that is another.
  address_key text,
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
create index message_suspect on message (campaign_id, deaths, available_at) where status = 'QUEUED' and deaths > 0;
-- Messages of one person, by hashes of four bytes: a third of the size of the texts, on a table that grows. What is claimed
-- changes soon, and is few rows of message_in_flight. Where the address is the userId, the first index finds it.
create index message_user on message (hashtext(user_id)) where status <> 'CLAIMED';
create index message_address on message (hashtext(coalesce(address_key, address)))
  where status <> 'CLAIMED' and coalesce(address_key, address) <> user_id;

-- How many proofs each key has sent today, so that the limit holds over all processes and restarts.
create table proof_count (
  actor text not null,
  day date not null,
  count integer not null,
  primary key (actor, day)
);
`;
