import type { ApprovalPolicy } from "./approval-policy.entity.ts";

/** What a policy looks at. */
export type PolicyQuestion = {
  readonly campaign: {
    readonly title: string;
    readonly category: string;
    readonly channel: string;
    readonly tags: readonly string[];
    /** What they were since the campaign last went live. */
    readonly pastTitles: readonly string[];
    readonly pastTags: readonly string[];
  };
  readonly requester: { readonly id: string; readonly roles: ReadonlySet<string> };
};

type Conditions = Pick<
  ApprovalPolicy,
  "categories" | "channels" | "tags" | "titleContains" | "requesterIds" | "requesterRoles" | "activatedAt"
>;

/** The policy that counts: of those in force whose conditions hold, the one activated last. Null: nobody has to approve. Pure. */
export function matchingPolicy<T extends Conditions>(policies: readonly T[], question: PolicyQuestion): T | null {
  const [latest = null] = policies
    .filter((policy) => policy.activatedAt !== null && isMatch(policy, question))
    .toSorted((one, other) => Number(other.activatedAt) - Number(one.activatedAt));
  return latest;
}

/** Every condition that asks for something has to hold; of a list, one entry is enough. */
function isMatch(policy: Conditions, { campaign, requester }: PolicyQuestion): boolean {
  const tags = new Set([...campaign.tags, ...campaign.pastTags].map(folded));
  const titles = [campaign.title, ...campaign.pastTitles].map(folded);
  return (
    (policy.categories.length === 0 || policy.categories.some((category) => category === campaign.category)) &&
    (policy.channels.length === 0 || policy.channels.some((channel) => channel === campaign.channel)) &&
    (policy.tags.length === 0 || policy.tags.some((tag) => tags.has(folded(tag)))) &&
    isIncluded(policy.titleContains, titles) &&
    isRequester(policy, requester)
  );
}

function isIncluded(part: string | null, titles: readonly string[]): boolean {
  return part === null || titles.some((title) => title.includes(folded(part)));
}

function isRequester({ requesterIds, requesterRoles }: Conditions, { id, roles }: PolicyQuestion["requester"]): boolean {
  if (requesterIds.length === 0 && requesterRoles.length === 0) return true;
  return requesterIds.includes(id) || requesterRoles.some((role) => roles.has(role));
}

/** Case makes no difference, so that a capital letter gets nobody around a policy. */
function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
