import { Migration } from "@mikro-orm/migrations";

/** Named pieces of content. Versions of campaigns that went live keep a copy of what they use in their content. */
export class AddFragments extends Migration {
  override up(): void {
    this.addSql(fragments);
    this.addSql(versions);
  }
}

const fragments = `
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

const versions = `
-- The fragments that a draft names itself; once live, all that it went live with.
alter table campaign_version add column fragment_names text[] not null default '{}';
create index campaign_version_fragment_names on campaign_version using gin (fragment_names);
`;
