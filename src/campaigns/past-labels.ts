import { invalid } from "../base/index.ts";
import type { Campaign } from "./campaign.entity.ts";

type Labelled = Pick<Campaign, "title" | "tags">;
export type PastLabels = Pick<Campaign, "pastTitles" | "pastTags">;

/** Nobody renames a campaign that often between two activations, and what is kept stays small. */
const pastMax = 500;

export const noPastLabels: PastLabels = { pastTitles: [], pastTags: [] };

/**
 * Titles and tags that a campaign had since it last went live, besides the present ones. Policies look at them too: else a tag
 * could be taken off, the draft activated, and the tag put back. Pure.
 */
export function pastLabelsAfter(past: PastLabels, before: Labelled, after: Labelled): PastLabels {
  const pastTitles = added(past.pastTitles, before.title === after.title ? [] : [before.title]);
  const pastTags = added(
    past.pastTags,
    before.tags.filter((tag) => !after.tags.includes(tag)),
  );
  if (pastTitles.length > pastMax || pastTags.length > pastMax)
    throw invalid(
      "INPUT_INVALID",
      `A draft may have had ${pastMax} titles and tags. Duplicate the campaign, or activate it first.`,
      {
        pastMax,
      },
    );
  return { pastTitles, pastTags };
}

function added(known: readonly string[], fresh: readonly string[]): string[] {
  return [...new Set([...known, ...fresh])];
}
