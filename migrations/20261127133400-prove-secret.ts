import { Migration } from "@mikro-orm/migrations";

/** A process with another secret has to be told at its start, and not by the first thing that it cannot open. */
export class ProveSecret extends Migration {
  override up(): void {
    this.addSql(`
      create table secret_probe (
        single boolean primary key default true check (single),
        sealed bytea not null
      )`);
  }
}
