import { Migration } from "@mikro-orm/migrations";

/** What a campaign was when it was archived, so that it can be that again. */
export class RememberArchived extends Migration {
  override up(): void {
    this.addSql("alter table campaign add column archived_from text");
    this.addSql(`
      update campaign set archived_from = coalesce(
        (select data ->> 'from' from event
         where campaign_id = campaign.id and type = 'campaign.status-changed' and data ->> 'to' = 'ARCHIVED'
         order by position desc limit 1), 'STOPPED')
      where status = 'ARCHIVED'`);
  }
}
