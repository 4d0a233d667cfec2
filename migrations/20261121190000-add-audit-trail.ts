import { Migration } from "@mikro-orm/migrations";

/** Events become the audit trail: more is recorded, in the order of commits, and nothing of it changes or goes. */
export class AddAuditTrail extends Migration {
  override up(): void {
    this.addSql(columns);
    this.addSql(present);
    this.addSql(indexes);
    this.addSql(order);
    this.addSql(keeping);
  }
}

const columns = `
create sequence event_position;
alter table event
  -- Rises in the order of commits. Null only until the transaction that writes the row commits.
  add column position bigint,
  add column actor_kind text,
  add column entity_type text,
  add column entity_id text,
  add column entity_name text,
  -- People are told by their ids alone.
  add column profile_ids uuid[],
  -- [{"field", "form", "before", "after"}]; long texts are digested, of secrets only the field is told.
  add column changes jsonb not null default '[]',
  -- Of the call, as its answer tells it. Null: the server acted by itself.
  add column request_id text;
`;

const present = `
with placed as (select id, row_number() over (order by at, id) as position from event)
update event set
  position = placed.position,
  actor_kind = case when actor_id = 'system' then 'SYSTEM' else 'KEY' end,
  entity_type = case split_part(type, '.', 1)
    when 'api-key' then 'API_KEY'
    when 'channel-configuration' then 'CHANNEL_CONFIGURATION'
    when 'execution' then 'EXECUTION'
    when 'fragment' then 'FRAGMENT'
    when 'profile' then 'PROFILE'
    when 'suppressions' then 'SUPPRESSION'
    else 'CAMPAIGN' end,
  entity_id = coalesce(data->>'keyId', data->>'id', data->>'fragmentId', data->>'profileId',
    case when type = 'execution.cancelled' then data->>'executionId' end, campaign_id::text),
  entity_name = coalesce(data->>'name', data->>'title'),
  profile_ids = case when data->>'profileId' is not null then array[(data->>'profileId')::uuid] end
from placed where placed.id = event.id;
select setval('event_position', coalesce((select max(position) from event), 0) + 1, false);
alter table event
  alter column actor_kind set not null,
  alter column entity_type set not null;
`;

/** Each filter finds its rows newest first by one of these; instants are first turned into positions. */
const indexes = `
create unique index event_position_key on event (position);
create index event_at on event (at, position);
create index event_type on event (type, position);
create index event_actor on event (actor_id, position);
create index event_entity_type on event (entity_type, position);
create index event_entity on event (entity_id, position) where entity_id is not null;
create index event_request on event (request_id, position) where request_id is not null;
create index event_profiles on event using gin (profile_ids) where profile_ids is not null;
drop index event_campaign;
create index event_campaign on event (campaign_id, position) where campaign_id is not null;
`;

/**
 * At the end of the transaction, one transaction at a time until it has committed: whoever sees a position sees all lower
 * ones, and time never runs backwards along them (docs/decisions/0018).
 */
const order = `
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
`;

/** For every role, the owner and superusers included; "always" holds in replicas too. */
const keeping = `
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
