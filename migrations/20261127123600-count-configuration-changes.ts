import { Migration } from "@mikro-orm/migrations";

/** Two people who change one channel configuration at once have to be told. */
export class CountConfigurationChanges extends Migration {
  override up(): void {
    this.addSql("alter table channel_configuration add column revision integer not null default 1");
    this.addSql("alter table channel_configuration alter column revision drop default");
  }
}
