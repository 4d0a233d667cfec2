/** What is sent and when; fragments are named pieces of content, copied into versions that go live. */
export const campaigns = `
create table campaign (
  id uuid primary key,
  title text not null,
  description text,
  tags text[] not null,
  labels text[] not null default '{}',
  -- A policy matches by title and tags: what they were since the last activation counts when a draft goes live.
  past_titles text[] not null default '{}',
  past_tags text[] not null default '{}',
  category text not null check (category in ('MARKETING', 'TRANSACTIONAL')),
  channel text not null check (channel in ('EMAIL', 'SMS', 'PUSH')),
  status text not null check (status in
    ('DRAFT', 'IN_REVIEW', 'SCHEDULED', 'LIVE', 'PAUSED', 'STOPPED', 'COMPLETED', 'FAILED', 'ARCHIVED')),
  status_reason text,
  -- What it was when it was archived, so that it can be that again.
  archived_from text,
  revision integer not null,
  delivery_rate integer check (delivery_rate between 1 and 2000),
  live_version_id uuid,
  draft_version_id uuid,
  -- The open request: while there is one, the draft is locked.
  approval_request_id uuid,
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
  -- The fragments that a draft names itself; once live, all that it went live with.
  fragment_names text[] not null default '{}',
  created_at timestamptz(3) not null,
  created_by text not null,
  activated_at timestamptz(3),
  unique (campaign_id, number)
);
create index campaign_version_fragment_names on campaign_version using gin (fragment_names);
alter table campaign
  add foreign key (live_version_id) references campaign_version deferrable initially deferred,
  add foreign key (draft_version_id) references campaign_version on delete set null deferrable initially deferred;

create table fragment (
  id uuid primary key,
  name text not null,
  channel text not null check (channel in ('EMAIL', 'SMS', 'PUSH')),
  description text,
  revision integer not null,
  latest_version_id uuid not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  unique (channel, name)
);

-- Never changed: each saving adds one.
create table fragment_version (
  id uuid primary key,
  fragment_id uuid not null references fragment on delete cascade,
  number integer not null,
  content text not null,
  -- The fragments that this one names itself.
  fragment_names text[] not null,
  created_at timestamptz(3) not null,
  created_by text not null,
  unique (fragment_id, number)
);
alter table fragment
  add foreign key (latest_version_id) references fragment_version deferrable initially deferred;
create index fragment_version_names on fragment_version using gin (fragment_names);
`;
