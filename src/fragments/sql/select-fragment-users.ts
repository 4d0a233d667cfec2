import { type RawBuilder, sql } from "kysely";
import type { FragmentKey } from "./select-used-fragments.ts";

export type FragmentUser = { readonly kind: "campaign" | "fragment"; readonly id: string; readonly name: string };

/** Drafts and fragments that name this fragment themselves, ten at most. What is live keeps a copy and is no user. */
export function selectFragmentUsers({ channel, name }: FragmentKey): RawBuilder<FragmentUser> {
  return sql`
    select 'campaign' as kind, campaign.id, campaign.title as name
    from campaign_version version
    join campaign on campaign.draft_version_id = version.id
    where version.fragment_names @> ${[name]}::text[] and campaign.channel = ${channel}
    union all
    select 'fragment', fragment.id, fragment.name
    from fragment_version version
    join fragment on fragment.latest_version_id = version.id
    where version.fragment_names @> ${[name]}::text[] and fragment.channel = ${channel}
    limit 10`;
}
