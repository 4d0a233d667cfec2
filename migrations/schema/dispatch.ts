/** Who sends, and what they hold. */
export const dispatch = `
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
