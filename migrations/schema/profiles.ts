/** People, what they want, and where nothing goes. */
export const profiles = `
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
  -- What is sent to, where it differs from the form in which it is compared.
  address text,
  is_primary boolean not null default false,
  created_at timestamptz not null,
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
