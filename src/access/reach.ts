import type { Actor, Reach } from "../storage/index.ts";

type Limits = { readonly campaignIds?: readonly string[] | null; readonly labels?: readonly string[] | null };
type Reachable = { readonly id: string; readonly labels: readonly string[] };

/** Null when a key has no limits: then nothing is looked at, on any path. */
export function reachOf({ campaignIds = null, labels = null }: Limits): Reach | null {
  if (campaignIds === null && labels === null) return null;
  return { campaignIds: campaignIds && new Set(campaignIds), labels };
}

/** Whether an actor sees this campaign. What lies outside its reach does not exist for it: CAMPAIGN_NOT_FOUND. */
export function isWithinReach({ reach }: Pick<Actor, "reach">, campaign: Reachable): boolean {
  if (reach === null) return true;
  if (reach.campaignIds && !reach.campaignIds.has(campaign.id)) return false;
  return reach.labels === null || campaign.labels.length === 0 || sharesLabel(reach.labels, campaign.labels);
}

/** Whether what `isWithinReach` said hangs on labels, which can change, and not only on ids. */
export function hangsOnLabels({ reach }: Pick<Actor, "reach">): boolean {
  return reach !== null && reach.labels !== null;
}

function sharesLabel(one: readonly string[], other: readonly string[]): boolean {
  return one.some((label) => other.includes(label));
}
