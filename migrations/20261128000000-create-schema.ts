import { Migration } from "@mikro-orm/migrations";
import { access } from "./schema/access.ts";
import { approvals } from "./schema/approvals.ts";
import { audit } from "./schema/audit.ts";
import { campaigns } from "./schema/campaigns.ts";
import { channels } from "./schema/channels.ts";
import { dispatch } from "./schema/dispatch.ts";
import { executions } from "./schema/executions.ts";
import { profiles } from "./schema/profiles.ts";
import { totals } from "./schema/totals.ts";

/** The whole first schema. Statuses and reasons are text with a check, so that a dump reads like the schema. */
export class CreateSchema extends Migration {
  override up(): void {
    for (const part of [access, audit, channels, profiles, campaigns, approvals, executions, dispatch, totals]) this.addSql(part);
  }
}
