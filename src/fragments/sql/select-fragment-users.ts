import { type RawBuilder, sql } from "kysely";
import { withinReach } from "../../access/index.ts";
import type { Actor } from "../../storage/index.ts";
import type { FragmentKey } from "./select-used-fragments.ts";

export type FragmentUser = { readonly kind: "campaign" | "fragment"; readonly id: string; readonly name: string };
/** One outside the actor's reach is counted, and not named. */
type Row = FragmentUser & { readonly isVisible: boolean };

/** Drafts and fragments that name this fragment themselves, ten at most. What is live keeps a copy and is no user. */
export function selectFragmentUsers({ channel, name }: FragmentKey, actor: Actor): RawBuilder<Row> {
  return sql`
    select 'campaign' as kind, campaign.id, campaign.title as name, ${withinReach(actor, sql`campaign.id`)} as "isVisible"
    from campaign_version version
    join campaign on campaign.draft_version_id = version.id
    where version.fragment_names @> ${[name]}::text[] and campaign.channel = ${channel}
    union all
    select 'fragment', fragment.id, fragment.name, true
    from fragment_version version
    join fragment on fragment.latest_version_id = version.id
    where version.fragment_names @> ${[name]}::text[] and fragment.channel = ${channel}
    limit 10`;
}
