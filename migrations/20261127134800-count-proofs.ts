import { Migration } from "@mikro-orm/migrations";

/** How many proofs each key has sent today, so that the limit holds over all processes and restarts. */
export class CountProofs extends Migration {
  override up(): void {
    this.addSql(
      "create table proof_count (actor text not null, day date not null, count integer not null, primary key (actor, day))",
    );
  }
}
