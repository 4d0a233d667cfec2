import { Migration } from "@mikro-orm/migrations";

/**
 * Messages of one person, by userId and by address. Hashes of four bytes: a third of the size of the texts, on a table that
 * grows. What is claimed is left out: it changes soon, and is few rows of `message_in_flight`. Where the address is the userId,
 * as in most calls, the first index finds it.
 */
export class FindMessagesOfAPerson extends Migration {
  override up(): void {
    this.addSql("create index message_user on message (hashtext(user_id)) where status <> 'CLAIMED'");
    this.addSql(`
      create index message_address on message (hashtext(coalesce(address_key, address)))
      where status <> 'CLAIMED' and coalesce(address_key, address) <> user_id`);
  }
}
