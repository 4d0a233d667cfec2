import type { Channel, Issue } from "../base/index.ts";
import type { CampaignContent } from "./campaign-content.ts";
import { fieldsOf } from "./content-fields.ts";
import { field } from "./field.ts";
import type { ContentFragment } from "./fragment.ts";
import { FragmentSupply } from "./fragment-supply.ts";
import { createLineIndex } from "./line-index.ts";
import { error, errorAt, parseField } from "./parsed-field.ts";

const path = "content";
const blanks = "[ \\t\\r\\n\\u00a0\\ufeff]*";
/** A comment, or the tag of a fragment. */
const tag = new RegExp(`(?<!\\{)\\{\\{(?:(!--)|(!)|${blanks}>${blanks}([\\p{L}_][\\p{L}\\p{M}\\p{N}_]*)${blanks}\\}\\})`, "gu");
const mjmlElement = /<mj(?:ml\b|-[a-z])/i;

/** The fragments that a content names itself; they may use others. */
export function fragmentNamesOf(channel: Channel, content: CampaignContent | null): string[] {
  return fragmentNamesIn(content ? fieldsOf(channel, content).map(({ template }) => template) : []);
}

/** Each once, sorted. Only looked for: to read a whole text takes a hundred times as long. */
export function fragmentNamesIn(templates: readonly string[]): string[] {
  return [...new Set(templates.flatMap(namesIn))].sort();
}

function namesIn(text: string): string[] {
  const names: string[] = [];
  tag.lastIndex = 0;
  for (let match = tag.exec(text); match; match = tag.exec(text)) {
    const [, longComment, comment, name] = match;
    if (name !== undefined) names.push(name.normalize());
    const closer = longComment ? "--}}" : comment ? "}}" : "";
    const end = text.indexOf(closer, tag.lastIndex);
    if (end === -1) break;
    tag.lastIndex = end + closer.length;
  }
  tag.lastIndex = 0;
  return names;
}

/**
 * Everything wrong with a fragment that is about to be saved, read as it would stand in a content, among all fragments
 * that it uses. Where its values stand in html is checked in each content.
 */
export function checkFragment(channel: Channel, fragment: ContentFragment, others: readonly ContentFragment[]): Issue[] {
  const known = [...others.filter(({ name }) => name !== fragment.name), fragment];
  const parsed = parseField(field(path, "text", `{{> ${fragment.name}}}`), new FragmentSupply(known));
  const faults = parsed.faults.toSorted((one, other) => one.at - other.at);
  return [...faults.map((fault) => inOwnText(errorAt(parsed, fault.at, fault), fragment)), ...checkMjml(channel, fragment)];
}

/** The line of a fault in another fragment keeps that fragment's name. */
function inOwnText({ fragment: place, ...issue }: Issue, { name }: ContentFragment): Issue {
  return place === undefined || place === name ? issue : { ...issue, fragment: place };
}

function checkMjml(channel: Channel, { content }: ContentFragment): Issue[] {
  const found = channel === "EMAIL" ? mjmlElement.exec(content) : null;
  if (!found) return [];
  const message =
    "A fragment is html: MJML is compiled before fragments are put in. Write html, and use it in an mj-text or an mj-raw.";
  return [{ ...error("FRAGMENT_MJML", path, message), ...createLineIndex(content)(found.index) }];
}
