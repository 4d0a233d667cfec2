import { Migration } from "@mikro-orm/migrations";

/** The built-in mailbox keeps one entry a key, so it has to count what it was handed more than once. */
export class CountHandOvers extends Migration {
  override up(): void {
    this.addSql("alter table sandbox_message add column hand_overs integer not null default 1");
    this.addSql("alter table sandbox_message alter column hand_overs drop default");
  }
}
