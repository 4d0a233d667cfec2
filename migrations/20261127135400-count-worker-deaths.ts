import { Migration } from "@mikro-orm/migrations";

/** Of each message, how many workers died while they had it; those that wait again are few, and found by an index of their own. */
export class CountWorkerDeaths extends Migration {
  override up(): void {
    this.addSql("alter table message add column deaths smallint not null default 0");
    this.addSql(
      "create index message_suspect on message (campaign_id, deaths, available_at) where status = 'QUEUED' and deaths > 0",
    );
  }
}
