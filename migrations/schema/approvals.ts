/** Who has to approve what before it goes live, and what became of each request. */
export const approvals = `
create table approval_policy (
  id uuid primary key,
  name text not null unique,
  description text,
  revision integer not null,
  -- Which campaigns it binds. An empty list, or no text, asks for nothing.
  categories text[] not null,
  channels text[] not null,
  tags text[] not null,
  title_contains text,
  requester_ids text[] not null,
  requester_roles text[] not null,
  -- Who may approve them: any of these.
  approver_ids text[] not null,
  approver_roles text[] not null,
  block_self_approval boolean not null,
  -- Null: not in force. Of several that match, the one activated last counts.
  activated_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);

-- With what its policy said when it was made: a policy that is changed or deleted later takes nothing from it.
create table approval_request (
  id uuid primary key,
  campaign_id uuid not null references campaign on delete cascade,
  version_id uuid not null references campaign_version on delete cascade,
  version_number integer not null,
  status text not null check (status in ('OPEN', 'APPROVED', 'CHANGES_REQUESTED', 'CANCELLED')),
  -- Null: no policy asked for it, so it was approved at once.
  policy_id uuid,
  policy_name text,
  approver_ids text[] not null,
  approver_roles text[] not null,
  block_self_approval boolean not null,
  requester_id text not null,
  requester_name text not null,
  message text,
  decider_id text,
  decider_name text,
  decision_message text,
  requested_at timestamptz(3) not null,
  decided_at timestamptz(3),
  -- Of the last step or comment.
  updated_at timestamptz(3) not null
);
create unique index approval_request_open on approval_request (campaign_id) where status = 'OPEN';
create index approval_request_campaign on approval_request (campaign_id, id);
create index approval_request_status on approval_request (status, id);
create index approval_request_updated on approval_request (updated_at);

create table approval_comment (
  id uuid primary key,
  request_id uuid not null references approval_request on delete cascade,
  author_id text not null,
  author_name text not null,
  body text not null,
  at timestamptz(3) not null
);
create index approval_comment_request on approval_comment (request_id, id);
`;
