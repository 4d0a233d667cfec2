/** Where messages go: configurations, and the mailbox of the sandbox. */
export const channels = `
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
  -- Two people who change one configuration at once are told.
  revision integer not null,
  -- Null: numbers without a country are not valid.
  default_country text check (default_country is null or default_country ~ '^[A-Z]{2}$' and channel = 'SMS'),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create table sandbox_message (
  id uuid primary key,
  key text not null unique,
  channel text not null,
  address text not null,
  -- The form in which it is compared, where that is another.
  address_key text,
  user_id text not null,
  campaign_id uuid not null,
  execution_id uuid not null,
  content jsonb not null,
  -- It keeps one entry a key, so it counts what it was handed more than once.
  hand_overs integer not null,
  at timestamptz(3) not null
);
create index sandbox_message_campaign on sandbox_message (campaign_id, id);
create index sandbox_message_address on sandbox_message (coalesce(address_key, address), id);
`;
