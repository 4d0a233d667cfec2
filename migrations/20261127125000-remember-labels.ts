import { Migration } from "@mikro-orm/migrations";

/** A policy matches by title and tags: what they were since the last activation has to be known when a draft goes live. */
export class RememberLabels extends Migration {
  override up(): void {
    for (const column of ["past_titles", "past_tags"])
      this.addSql(`alter table campaign add column ${column} text[] not null default '{}'`);
  }
}
