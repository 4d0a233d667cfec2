/** Keys, and the proof of the server's secret. */
export const access = `
create table api_key (
  id uuid primary key,
  name text not null,
  role text not null,
  secret_hash bytea not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  last_used_at timestamptz(3),
  updated_at timestamptz(3) not null,
  -- Null is no limit.
  scopes text[],
  campaign_ids uuid[],
  labels text[],
  -- The secret before the last rotation, while its grace lasts.
  previous_hash bytea,
  previous_until timestamptz(3)
);

-- A process with another secret is told at its start, and not by the first thing that it cannot open.
create table secret_probe (
  single boolean primary key default true check (single),
  sealed bytea not null
);
`;
