import { requirePermission } from "../access/index.ts";
import { withFragmentsOfAll } from "../fragments/index.ts";
import type { Context } from "../storage/index.ts";
import type { Campaign } from "./campaign.entity.ts";
import type { CampaignVersion } from "./campaign-version.entity.ts";
import { changedPaths, type VersionChange } from "./changed-paths.ts";
import { copyOfSettings } from "./draft.ts";
import { getVersionByNumber } from "./list-versions.ts";
import { getCampaign } from "./load-campaign.ts";

export type CompareInput = { readonly campaignId: string; readonly from: number; readonly to: number };

export type VersionComparison = {
  readonly from: CampaignVersion;
  readonly to: CampaignVersion;
  readonly changes: readonly VersionChange[];
};

/** What differs between two versions of a campaign, setting by setting and text by text. */
export async function compareVersions(ctx: Context, input: CompareInput): Promise<VersionComparison> {
  requirePermission(ctx, "campaigns:read");
  const campaign = await getCampaign(ctx, input.campaignId);
  const from = await getVersionByNumber(ctx, campaign, input.from);
  const to = await getVersionByNumber(ctx, campaign, input.to);
  const [before, after] = await comparable(ctx, campaign, [from, to]);
  return { from, to, changes: changedPaths(before, after) };
}

/** What an author wrote and chose, with the fragments in force: what was compiled of it follows from that. */
async function comparable(ctx: Context, campaign: Campaign, versions: readonly CampaignVersion[]): Promise<unknown[]> {
  const asked = versions.map((version) => ({ channel: campaign.channel, content: version.content ?? null }));
  const contents = await withFragmentsOfAll(ctx, asked);
  return versions.map((version, index) => ({ ...copyOfSettings(version), content: readable(contents[index] ?? null) }));
}

function readable(content: CampaignVersion["content"]): unknown {
  if (!content) return null;
  const { fragments = [], email, ...others } = content;
  const { compiled: _compiled, ...written } = email ?? {};
  const named = fragments.map(({ name, number, content: text }) => [name, { number, content: text }]);
  return { ...others, email: email ? written : null, fragments: Object.fromEntries(named) };
}
