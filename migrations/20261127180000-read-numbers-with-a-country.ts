import { Migration } from "@mikro-orm/migrations";

/** Null: numbers without a country are not valid, as before. */
export class ReadNumbersWithACountry extends Migration {
  override up(): void {
    this.addSql(
      "alter table channel_configuration add column default_country text check (default_country is null or default_country ~ '^[A-Z]{2}$' and channel = 'SMS')",
    );
  }
}
