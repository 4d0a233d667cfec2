/** Counts that are kept beside the messages. */
export const totals = `
-- Kept in the same transaction as the messages. scope_id is an execution's or a campaign's id.
-- What is neither final nor excluded is still open: accepted minus all the others.
create table delivery_total (
  scope_id uuid primary key,
  accepted bigint not null default 0,
  sent bigint not null default 0,
  delivered bigint not null default 0,
  bounced bigint not null default 0,
  failed bigint not null default 0,
  uncertain bigint not null default 0,
  excluded bigint not null default 0
) with (fillfactor = 70);

create table exclusion_total (
  scope_id uuid not null,
  reason text not null,
  count bigint not null,
  primary key (scope_id, reason)
) with (fillfactor = 70);

create table delivery_second (
  campaign_id uuid not null,
  second timestamptz(0) not null,
  sent bigint not null,
  failed bigint not null,
  excluded bigint not null,
  primary key (campaign_id, second)
) with (fillfactor = 70);
`;
