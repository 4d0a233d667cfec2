import { type RawBuilder, sql } from "kysely";
import type { Channel } from "../../base/index.ts";
import type { ContentFragment } from "../../content/index.ts";

export type FragmentKey = { readonly channel: Channel; readonly name: string };

/** The latest versions of these fragments and of all that they use; `union` ends a circle. Unknown names give no row. */
export function selectUsedFragments(keys: readonly FragmentKey[]): RawBuilder<ContentFragment & FragmentKey> {
  return sql`
    with recursive used (channel, name) as (
      select * from unnest(${keys.map((key) => key.channel)}::text[], ${keys.map((key) => key.name)}::text[])
      union
      select fragment.channel, inner_name
      from used
      join fragment using (channel, name)
      join fragment_version version on version.id = fragment.latest_version_id
      cross join unnest(version.fragment_names) as inner_name
    )
    select fragment.channel, fragment.id as "fragmentId", fragment.name, version.number, version.content
    from used
    join fragment using (channel, name)
    join fragment_version version on version.id = fragment.latest_version_id
    order by fragment.channel, fragment.name`;
}
