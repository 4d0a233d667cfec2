/** Rows of the audit trail are neither changed nor removed. */
export const audit = `
-- The audit trail: what happened and who did it. News for subscriptions travels beside it (pg_notify in the same transaction).
create sequence event_position;
create table event (
  id uuid primary key,
  -- Rises in the order of commits. Null only until the transaction that writes the row commits.
  position bigint,
  type text not null,
  campaign_id uuid,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  entity_type text not null,
  entity_id text,
  entity_name text,
  -- People are told by their ids alone.
  profile_ids uuid[],
  data jsonb not null,
  -- [{"field", "form", "before", "after"}]; long texts are digested, of secrets only the field is told.
  changes jsonb not null default '[]',
  -- Of the call, as its answer tells it. Null: the server acted by itself.
  request_id text,
  at timestamptz(3) not null
);
-- Each filter finds its rows newest first by one of these; instants are first turned into positions.
create unique index event_position_key on event (position);
create index event_at on event (at, position);
create index event_type on event (type, position);
create index event_actor on event (actor_id, position);
create index event_entity_type on event (entity_type, position);
create index event_entity on event (entity_id, position) where entity_id is not null;
create index event_request on event (request_id, position) where request_id is not null;
create index event_profiles on event using gin (profile_ids) where profile_ids is not null;
create index event_campaign on event (campaign_id, position) where campaign_id is not null;
create index event_status on event (at) where type = 'campaign.status-changed';

-- At the end of the transaction, one transaction at a time until it has committed: whoever sees a position sees all lower
-- ones, and time never runs backwards along them (docs/decisions/0018).
create function event_unplaced() returns trigger language plpgsql set search_path from current as $$
begin
  new.position := null;
  return new;
end $$;
create trigger event_unplaced before insert on event for each row execute function event_unplaced();

create function event_placed() returns trigger language plpgsql set search_path from current as $$
begin
  perform pg_advisory_xact_lock(7406240);
  update event set
    position = nextval('event_position'),
    at = greatest(clock_timestamp(), (select at from event where position is not null order by position desc limit 1))
  where id = new.id;
  return null;
end $$;
create constraint trigger event_placed after insert on event
  deferrable initially deferred for each row execute function event_placed();

-- For every role, the owner and superusers included; "always" holds in replicas too.
create function event_kept() returns trigger language plpgsql set search_path from current as $$
begin
  -- Only event_placed may fill in what is not committed yet.
  if tg_op = 'UPDATE' and pg_trigger_depth() = 2 and old.position is null
    and to_jsonb(new) - array['position', 'at'] = to_jsonb(old) - array['position', 'at'] then
    return new;
  end if;
  raise exception 'The audit trail is append-only: its rows are neither changed nor removed.' using errcode = 'restrict_violation';
end $$;
create trigger event_kept before update on event for each row execute function event_kept();
create trigger event_not_deleted before delete on event for each statement execute function event_kept();
create trigger event_not_truncated before truncate on event for each statement execute function event_kept();
alter table event enable always trigger event_kept;
alter table event enable always trigger event_not_deleted;
alter table event enable always trigger event_not_truncated;
`;
