import { type RawBuilder, sql } from "kysely";

/** Campaigns whose draft uses this fragment, perhaps through others, or that went live with it. The last line finds them by an index. */
export function selectCampaignsWithFragment(fragmentId: string): RawBuilder<{ id: string }> {
  return sql`
    with recursive asked as (select channel, name from fragment where id = ${fragmentId}),
    using_it (name) as (
      select name from asked
      union
      select fragment.name
      from using_it
      join fragment_version version on version.fragment_names @> array[using_it.name]
      join fragment on fragment.latest_version_id = version.id and fragment.channel = (select channel from asked)
    )
    select distinct campaign.id
    from campaign_version version
    join campaign on version.id in (campaign.live_version_id, campaign.draft_version_id)
    where campaign.channel = (select channel from asked)
      and case when version.id = campaign.live_version_id then version.fragment_names @> array(select name from asked)
          else version.fragment_names && array(select name from using_it) end
      and version.fragment_names && array(select name from using_it)`;
}
