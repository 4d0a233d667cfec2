import { Migration } from "@mikro-orm/migrations";

/** Keys limited to scopes, campaigns and labels; rotation of their secrets; labels of campaigns. */
export class LimitKeys extends Migration {
  override up(): void {
    this.addSql(keys);
    this.addSql(campaigns);
  }
}

const keys = `
alter table api_key
  -- Null is no limit.
  add column scopes text[],
  add column campaign_ids uuid[],
  add column labels text[],
  -- The secret before the last rotation, while its grace lasts.
  add column previous_hash bytea,
  add column previous_until timestamptz(3),
  add column updated_at timestamptz(3) not null default now();
alter table api_key alter column updated_at drop default;
`;

const campaigns = `
alter table campaign add column labels text[] not null default '{}';
`;
