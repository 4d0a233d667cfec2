-- Made by `npm run generate`: do not edit.

CREATE OR REPLACE FUNCTION public.event_kept()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO '$user', 'public'
AS $function$
begin
  -- Only event_placed may fill in what is not committed yet.
  if tg_op = 'UPDATE' and pg_trigger_depth() = 2 and old.position is null
    and to_jsonb(new) - array['position', 'at'] = to_jsonb(old) - array['position', 'at'] then
    return new;
  end if;
  raise exception 'The audit trail is append-only: its rows are neither changed nor removed.' using errcode = 'restrict_violation';
end $function$
;

CREATE OR REPLACE FUNCTION public.event_placed()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO '$user', 'public'
AS $function$
begin
  perform pg_advisory_xact_lock(7406240);
  update event set
    position = nextval('event_position'),
    at = greatest(clock_timestamp(), (select at from event where position is not null order by position desc limit 1))
  where id = new.id;
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.event_unplaced()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO '$user', 'public'
AS $function$
begin
  new.position := null;
  return new;
end $function$
;

create table api_key (
  id uuid not null,
  name text not null,
  role text not null,
  secret_hash bytea not null,
  created_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone,
  revoked_at timestamp(3) with time zone,
  last_used_at timestamp(3) with time zone,
  updated_at timestamp(3) with time zone not null,
  scopes text[],
  campaign_ids uuid[],
  labels text[],
  previous_hash bytea,
  previous_until timestamp(3) with time zone,
  constraint api_key_pkey PRIMARY KEY (id)
);

create table approval_comment (
  id uuid not null,
  request_id uuid not null,
  author_id text not null,
  author_name text not null,
  body text not null,
  at timestamp(3) with time zone not null,
  constraint approval_comment_pkey PRIMARY KEY (id),
  constraint approval_comment_request_id_fkey FOREIGN KEY (request_id) REFERENCES approval_request(id) ON DELETE CASCADE
);
CREATE INDEX approval_comment_request ON approval_comment USING btree (request_id, id);

create table approval_policy (
  id uuid not null,
  name text not null,
  description text,
  revision integer not null,
  categories text[] not null,
  channels text[] not null,
  tags text[] not null,
  title_contains text,
  requester_ids text[] not null,
  requester_roles text[] not null,
  approver_ids text[] not null,
  approver_roles text[] not null,
  block_self_approval boolean not null,
  activated_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  constraint approval_policy_name_key UNIQUE (name),
  constraint approval_policy_pkey PRIMARY KEY (id)
);

create table approval_request (
  id uuid not null,
  campaign_id uuid not null,
  version_id uuid not null,
  version_number integer not null,
  status text not null,
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
  requested_at timestamp(3) with time zone not null,
  decided_at timestamp(3) with time zone,
  updated_at timestamp(3) with time zone not null,
  constraint approval_request_pkey PRIMARY KEY (id),
  constraint approval_request_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id) ON DELETE CASCADE,
  constraint approval_request_version_id_fkey FOREIGN KEY (version_id) REFERENCES campaign_version(id) ON DELETE CASCADE,
  constraint approval_request_status_check CHECK ((status = ANY (ARRAY['OPEN'::text, 'APPROVED'::text, 'CHANGES_REQUESTED'::text, 'CANCELLED'::text])))
);
CREATE INDEX approval_request_campaign ON approval_request USING btree (campaign_id, id);
CREATE UNIQUE INDEX approval_request_open ON approval_request USING btree (campaign_id) WHERE (status = 'OPEN'::text);
CREATE INDEX approval_request_status ON approval_request USING btree (status, id);
CREATE INDEX approval_request_updated ON approval_request USING btree (updated_at);

create table batch (
  id uuid not null,
  worker_id uuid not null,
  campaign_id uuid not null,
  sending_at timestamp(3) with time zone,
  constraint batch_pkey PRIMARY KEY (id)
);
CREATE INDEX batch_campaign ON batch USING btree (campaign_id);
CREATE INDEX batch_worker ON batch USING btree (worker_id);

create table campaign (
  id uuid not null,
  title text not null,
  description text,
  tags text[] not null,
  labels text[] not null default '{}'::text[],
  past_titles text[] not null default '{}'::text[],
  past_tags text[] not null default '{}'::text[],
  category text not null,
  channel text not null,
  status text not null,
  status_reason text,
  archived_from text,
  revision integer not null,
  delivery_rate integer,
  live_version_id uuid,
  draft_version_id uuid,
  approval_request_id uuid,
  opens_at timestamp(3) with time zone,
  closes_at timestamp(3) with time zone,
  paused_at timestamp(3) with time zone,
  activated_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  constraint campaign_pkey PRIMARY KEY (id),
  constraint campaign_draft_version_id_fkey FOREIGN KEY (draft_version_id) REFERENCES campaign_version(id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
  constraint campaign_live_version_id_fkey FOREIGN KEY (live_version_id) REFERENCES campaign_version(id) DEFERRABLE INITIALLY DEFERRED,
  constraint campaign_category_check CHECK ((category = ANY (ARRAY['MARKETING'::text, 'TRANSACTIONAL'::text]))),
  constraint campaign_channel_check CHECK ((channel = ANY (ARRAY['EMAIL'::text, 'SMS'::text, 'PUSH'::text]))),
  constraint campaign_delivery_rate_check CHECK (((delivery_rate >= 1) AND (delivery_rate <= 2000))),
  constraint campaign_status_check CHECK ((status = ANY (ARRAY['DRAFT'::text, 'IN_REVIEW'::text, 'SCHEDULED'::text, 'LIVE'::text, 'PAUSED'::text, 'STOPPED'::text, 'COMPLETED'::text, 'FAILED'::text, 'ARCHIVED'::text])))
);
CREATE INDEX campaign_status ON campaign USING btree (status, id);

create table campaign_version (
  id uuid not null,
  campaign_id uuid not null,
  number integer not null,
  status text not null,
  channel_configuration_id uuid not null,
  namespace text not null,
  create_profiles boolean not null,
  high_throughput boolean not null,
  on_uncertain text not null,
  missing_context text not null,
  context_schema jsonb,
  start_at timestamp(3) with time zone,
  end_at timestamp(3) with time zone,
  time_zone text not null,
  one_shot boolean not null,
  content jsonb,
  fragment_names text[] not null default '{}'::text[],
  created_at timestamp(3) with time zone not null,
  created_by text not null,
  activated_at timestamp(3) with time zone,
  constraint campaign_version_campaign_id_number_key UNIQUE (campaign_id, number),
  constraint campaign_version_pkey PRIMARY KEY (id),
  constraint campaign_version_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id) ON DELETE CASCADE,
  constraint campaign_version_channel_configuration_id_fkey FOREIGN KEY (channel_configuration_id) REFERENCES channel_configuration(id),
  constraint campaign_version_missing_context_check CHECK ((missing_context = ANY (ARRAY['EXCLUDE'::text, 'PRINT_NOTHING'::text]))),
  constraint campaign_version_on_uncertain_check CHECK ((on_uncertain = ANY (ARRAY['RESEND'::text, 'HOLD'::text]))),
  constraint campaign_version_status_check CHECK ((status = ANY (ARRAY['DRAFT'::text, 'IN_REVIEW'::text, 'LIVE'::text, 'RETIRED'::text])))
);
CREATE INDEX campaign_version_fragment_names ON campaign_version USING gin (fragment_names);

create table channel_configuration (
  id uuid not null,
  name text not null,
  channel text not null,
  provider text not null,
  category text,
  active boolean not null,
  quota_per_second integer,
  concurrency integer not null,
  retry_period_seconds integer not null,
  settings jsonb not null,
  sealed_secrets bytea,
  revision integer not null,
  default_country text,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  constraint channel_configuration_name_key UNIQUE (name),
  constraint channel_configuration_pkey PRIMARY KEY (id),
  constraint channel_configuration_category_check CHECK ((category = ANY (ARRAY['MARKETING'::text, 'TRANSACTIONAL'::text]))),
  constraint channel_configuration_channel_check CHECK ((channel = ANY (ARRAY['EMAIL'::text, 'SMS'::text, 'PUSH'::text]))),
  constraint channel_configuration_check CHECK (((default_country IS NULL) OR ((default_country ~ '^[A-Z]{2}$'::text) AND (channel = 'SMS'::text)))),
  constraint channel_configuration_concurrency_check CHECK ((concurrency > 0)),
  constraint channel_configuration_quota_per_second_check CHECK ((quota_per_second > 0)),
  constraint channel_configuration_retry_period_seconds_check CHECK ((retry_period_seconds > 0))
);

create table delivery_second (
  campaign_id uuid not null,
  second timestamp(0) with time zone not null,
  sent bigint not null,
  failed bigint not null,
  excluded bigint not null,
  constraint delivery_second_pkey PRIMARY KEY (campaign_id, second)
) with (fillfactor=70);

create table delivery_total (
  scope_id uuid not null,
  accepted bigint not null default 0,
  sent bigint not null default 0,
  delivered bigint not null default 0,
  bounced bigint not null default 0,
  failed bigint not null default 0,
  uncertain bigint not null default 0,
  excluded bigint not null default 0,
  constraint delivery_total_pkey PRIMARY KEY (scope_id)
) with (fillfactor=70);

create table event (
  id uuid not null,
  position bigint,
  type text not null,
  campaign_id uuid,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  entity_type text not null,
  entity_id text,
  entity_name text,
  profile_ids uuid[],
  data jsonb not null,
  changes jsonb not null default '[]'::jsonb,
  request_id text,
  at timestamp(3) with time zone not null,
  constraint event_placed TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint event_pkey PRIMARY KEY (id)
);
CREATE INDEX event_actor ON event USING btree (actor_id, "position");
CREATE INDEX event_at ON event USING btree (at, "position");
CREATE INDEX event_campaign ON event USING btree (campaign_id, "position") WHERE (campaign_id IS NOT NULL);
CREATE INDEX event_entity ON event USING btree (entity_id, "position") WHERE (entity_id IS NOT NULL);
CREATE INDEX event_entity_type ON event USING btree (entity_type, "position");
CREATE UNIQUE INDEX event_position_key ON event USING btree ("position");
CREATE INDEX event_profiles ON event USING gin (profile_ids) WHERE (profile_ids IS NOT NULL);
CREATE INDEX event_request ON event USING btree (request_id, "position") WHERE (request_id IS NOT NULL);
CREATE INDEX event_status ON event USING btree (at) WHERE (type = 'campaign.status-changed'::text);
CREATE INDEX event_type ON event USING btree (type, "position");
CREATE TRIGGER event_kept BEFORE UPDATE ON event FOR EACH ROW EXECUTE FUNCTION event_kept(); -- always
CREATE TRIGGER event_not_deleted BEFORE DELETE ON event FOR EACH STATEMENT EXECUTE FUNCTION event_kept(); -- always
CREATE TRIGGER event_not_truncated BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION event_kept(); -- always
CREATE CONSTRAINT TRIGGER event_placed AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION event_placed();
CREATE TRIGGER event_unplaced BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION event_unplaced();

create table exclusion_total (
  scope_id uuid not null,
  reason text not null,
  count bigint not null,
  constraint exclusion_total_pkey PRIMARY KEY (scope_id, reason)
) with (fillfactor=70);

create table execution (
  id uuid not null,
  campaign_id uuid not null,
  version_id uuid not null,
  request_id text not null,
  fingerprint bytea not null,
  status text not null,
  accepted_at timestamp(3) with time zone not null,
  execute_at timestamp(3) with time zone,
  accepted_count bigint not null,
  excluded_count bigint not null,
  planned_finish_at timestamp(3) with time zone,
  window_ends_at timestamp(3) with time zone not null,
  finished_at timestamp(3) with time zone,
  erased_at timestamp(3) with time zone,
  first_message_id uuid not null,
  last_message_id uuid not null,
  actor_id text not null,
  constraint execution_campaign_id_request_id_key UNIQUE (campaign_id, request_id),
  constraint execution_pkey PRIMARY KEY (id),
  constraint execution_status_check CHECK ((status = ANY (ARRAY['RUNNING'::text, 'FINISHED'::text, 'CANCELLED'::text])))
);
CREATE INDEX execution_campaign ON execution USING btree (campaign_id, id);
CREATE INDEX execution_kept ON execution USING btree (finished_at) WHERE ((finished_at IS NOT NULL) AND (erased_at IS NULL));
CREATE INDEX execution_running ON execution USING btree (campaign_id) WHERE (status = 'RUNNING'::text);

create table fragment (
  id uuid not null,
  name text not null,
  channel text not null,
  description text,
  revision integer not null,
  latest_version_id uuid not null,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  constraint fragment_channel_name_key UNIQUE (channel, name),
  constraint fragment_pkey PRIMARY KEY (id),
  constraint fragment_latest_version_id_fkey FOREIGN KEY (latest_version_id) REFERENCES fragment_version(id) DEFERRABLE INITIALLY DEFERRED,
  constraint fragment_channel_check CHECK ((channel = ANY (ARRAY['EMAIL'::text, 'SMS'::text, 'PUSH'::text])))
);

create table fragment_version (
  id uuid not null,
  fragment_id uuid not null,
  number integer not null,
  content text not null,
  fragment_names text[] not null,
  created_at timestamp(3) with time zone not null,
  created_by text not null,
  constraint fragment_version_fragment_id_number_key UNIQUE (fragment_id, number),
  constraint fragment_version_pkey PRIMARY KEY (id),
  constraint fragment_version_fragment_id_fkey FOREIGN KEY (fragment_id) REFERENCES fragment(id) ON DELETE CASCADE
);
CREATE INDEX fragment_version_names ON fragment_version USING gin (fragment_names);

create table message (
  id uuid not null,
  execution_id uuid not null,
  campaign_id uuid not null,
  version_id uuid not null,
  status text not null,
  attempts smallint not null,
  deaths smallint not null default 0,
  available_at timestamp(3) with time zone not null,
  batch_id uuid,
  profile_id uuid,
  recipient_type text not null,
  namespace text not null,
  user_id text not null,
  address text,
  address_key text,
  context json,
  profile_data json,
  exclusion text,
  exclusion_detail text,
  sealed bytea,
  kept_since timestamp(3) with time zone,
  error text,
  error_code text,
  provider_message_id text,
  deferred_at timestamp(3) with time zone,
  claimed_at timestamp(3) with time zone,
  handed_at timestamp(3) with time zone,
  settled_at timestamp(3) with time zone,
  history jsonb,
  constraint message_pkey PRIMARY KEY (id),
  constraint message_recipient_type_check CHECK ((recipient_type = ANY (ARRAY['PROFILE'::text, 'EXTERNAL'::text]))),
  constraint message_status_check CHECK ((status = ANY (ARRAY['QUEUED'::text, 'CLAIMED'::text, 'SENT'::text, 'DELIVERED'::text, 'BOUNCED'::text, 'FAILED'::text, 'UNCERTAIN'::text, 'EXCLUDED'::text])))
) with (fillfactor=90, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_cost_delay=0);
CREATE INDEX message_address ON message USING btree (hashtext(COALESCE(address_key, address))) WHERE ((status <> 'CLAIMED'::text) AND (COALESCE(address_key, address) <> user_id));
CREATE INDEX message_dead ON message USING btree (campaign_id, id) WHERE (status = ANY (ARRAY['FAILED'::text, 'UNCERTAIN'::text]));
CREATE INDEX message_in_flight ON message USING btree (batch_id) WHERE (status = 'CLAIMED'::text);
CREATE INDEX message_kept ON message USING btree (kept_since) WHERE (kept_since IS NOT NULL);
CREATE INDEX message_queue ON message USING btree (campaign_id, available_at, id) WHERE (status = 'QUEUED'::text);
CREATE INDEX message_settled ON message USING btree (campaign_id, settled_at) WHERE (settled_at IS NOT NULL);
CREATE INDEX message_suspect ON message USING btree (campaign_id, deaths, available_at) WHERE ((status = 'QUEUED'::text) AND (deaths > 0));
CREATE INDEX message_unsealed ON message USING btree (id) WHERE ((status = ANY (ARRAY['FAILED'::text, 'UNCERTAIN'::text])) AND ((context IS NOT NULL) OR (profile_data IS NOT NULL)));
CREATE INDEX message_user ON message USING btree (hashtext(user_id)) WHERE (status <> 'CLAIMED'::text);

create table profile (
  id uuid not null,
  attributes jsonb not null,
  time_zone text,
  locale text,
  source text not null,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  constraint profile_pkey PRIMARY KEY (id),
  constraint profile_source_check CHECK ((source = ANY (ARRAY['API'::text, 'EXECUTION'::text])))
);

create table profile_consent (
  profile_id uuid not null,
  channel text not null,
  state text not null,
  updated_at timestamp(3) with time zone not null,
  constraint profile_consent_pkey PRIMARY KEY (profile_id, channel),
  constraint profile_consent_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES profile(id) ON DELETE CASCADE,
  constraint profile_consent_channel_check CHECK ((channel = ANY (ARRAY['EMAIL'::text, 'SMS'::text, 'PUSH'::text]))),
  constraint profile_consent_state_check CHECK ((state = ANY (ARRAY['OPTED_IN'::text, 'OPTED_OUT'::text])))
);

create table profile_identity (
  namespace text not null,
  value text not null,
  profile_id uuid not null,
  address text,
  is_primary boolean not null default false,
  created_at timestamp with time zone not null,
  constraint profile_identity_pkey PRIMARY KEY (namespace, value),
  constraint profile_identity_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES profile(id) ON DELETE CASCADE
);
CREATE INDEX profile_identity_profile ON profile_identity USING btree (profile_id, namespace);

create table proof_count (
  actor text not null,
  day date not null,
  count integer not null,
  constraint proof_count_pkey PRIMARY KEY (actor, day)
);

create table sandbox_message (
  id uuid not null,
  key text not null,
  channel text not null,
  address text not null,
  address_key text,
  user_id text not null,
  campaign_id uuid not null,
  execution_id uuid not null,
  content jsonb not null,
  hand_overs integer not null,
  at timestamp(3) with time zone not null,
  constraint sandbox_message_key_key UNIQUE (key),
  constraint sandbox_message_pkey PRIMARY KEY (id)
);
CREATE INDEX sandbox_message_address ON sandbox_message USING btree (COALESCE(address_key, address), id);
CREATE INDEX sandbox_message_campaign ON sandbox_message USING btree (campaign_id, id);

create table secret_probe (
  single boolean not null default true,
  sealed bytea not null,
  constraint secret_probe_pkey PRIMARY KEY (single),
  constraint secret_probe_single_check CHECK (single)
);

create table suppression (
  channel text not null,
  kind text not null,
  value text not null,
  reason text not null,
  comment text,
  created_at timestamp(3) with time zone not null,
  constraint suppression_pkey PRIMARY KEY (channel, kind, value),
  constraint suppression_channel_check CHECK ((channel = ANY (ARRAY['EMAIL'::text, 'SMS'::text, 'PUSH'::text]))),
  constraint suppression_kind_check CHECK ((kind = ANY (ARRAY['ADDRESS'::text, 'DOMAIN'::text])))
);

create table worker (
  id uuid not null,
  name text not null,
  started_at timestamp(3) with time zone not null,
  lease_until timestamp(3) with time zone not null,
  troubles jsonb not null default '[]'::jsonb,
  constraint worker_pkey PRIMARY KEY (id)
);
