import type { Channel, Issue } from "../base/index.ts";
import { threads } from "../threads/index.ts";
import type { CampaignContent, ContentRules } from "./campaign-content.ts";
import { type ContentReview, checkContent } from "./check-content.ts";
import { reviewContextSchema } from "./context-schema.ts";
import type { ContentFragment } from "./fragment.ts";
import { checkFragment } from "./review-fragments.ts";

export type ContentToCheck = {
  readonly channel: Channel;
  readonly content: CampaignContent | null;
  readonly rules?: ContentRules;
};

/** `schemaIssues`: what is wrong with the contextSchema itself. */
export type FullReview = ContentReview & { readonly schemaIssues: readonly Issue[] };

export type FragmentToCheck = {
  readonly channel: Channel;
  readonly fragment: ContentFragment;
  readonly others: readonly ContentFragment[];
};

/** A longer text may take more than 50 ms, be it 200 kB of an honest one or 20 kB of a hostile one. */
const quickCharactersMax = 8_000;
/** Of a regular expression, the compilation takes time, not the length. */
const dearFunction = /\b(?:matches|regexGroup|replaceAll)\b/;
const millisecondsMax = 5_000;

/**
 * `checkContent`, for whoever must not be kept: what is long is checked on a thread, in turns with what other callers ask.
 * `caller`: the actor who asks.
 */
export function checkContentFor(caller: string, asked: ContentToCheck): Promise<FullReview> {
  return check<typeof fullReview>(fullReview, { caller, asked });
}

/** `checkFragment`, in the same way. */
export function checkFragmentFor(caller: string, asked: FragmentToCheck): Promise<Issue[]> {
  return check<typeof fragmentIssues>(fragmentIssues, { caller, asked });
}

/** What a thread does. */
export function fullReview({ channel, content, rules = {} }: ContentToCheck): FullReview {
  const schemaIssues = rules.contextSchema ? reviewContextSchema(rules.contextSchema) : [];
  return { ...checkContent(channel, content, rules), schemaIssues };
}

/** What a thread does. */
export function fragmentIssues({ channel, fragment, others }: FragmentToCheck): Issue[] {
  return checkFragment(channel, fragment, others);
}

type Work = typeof fullReview | typeof fragmentIssues;
type Asked<W extends Work> = { readonly caller: string; readonly asked: Parameters<W>[0] };

async function check<W extends Work>(work: W, { caller, asked }: Asked<W>): Promise<ReturnType<W>> {
  const text = JSON.stringify(asked);
  // Fragments are put in as often as they are named, and may name one another.
  const isQuick = text.length <= quickCharactersMax && !text.includes('"fragmentId"') && !dearFunction.test(text);
  const run = work as (input: Parameters<W>[0]) => ReturnType<W>;
  if (isQuick) return run(asked);
  const task = { caller, file: import.meta.url, name: work.name, input: asked, bytes: 2 * text.length, millisecondsMax };
  return (await threads.run<W>(task)) as ReturnType<W>;
}
