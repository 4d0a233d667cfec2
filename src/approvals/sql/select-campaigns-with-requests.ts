import { type RawBuilder, sql } from "kysely";
import { withinReach } from "../../access/index.ts";
import type { Actor } from "../../storage/index.ts";

/** Campaigns within reach of which an approval was ever requested. */
export function selectCampaignsWithRequests(actor: Pick<Actor, "reach">): RawBuilder<{ id: string }> {
  return sql`
    select distinct campaign_id as id from approval_request where ${withinReach(actor, sql`campaign_id`)}`;
}
