import type { Channel, Issue } from "../base/index.ts";
import type { CampaignContent } from "./campaign-content.ts";
import { fieldsOf } from "./content-fields.ts";
import { field } from "./field.ts";
import type { ContentFragment } from "./fragment.ts";
import { FragmentSupply } from "./fragment-supply.ts";
import { createLineIndex } from "./line-index.ts";
import { parseTemplate } from "./parse-template.ts";
import { error, errorAt, parseField } from "./parsed-field.ts";

const path = "content";
const fragmentTag = /\{\{\s*>/;
const mjmlElement = /<mj(?:ml\b|-[a-z])/i;

/** The fragments that a content names itself; they may use others. */
export function fragmentNamesOf(channel: Channel, content: CampaignContent | null): string[] {
  return fragmentNamesIn(content ? fieldsOf(channel, content).map(({ template }) => template) : []);
}

/** Each once, sorted. */
export function fragmentNamesIn(templates: readonly string[]): string[] {
  const names = templates.filter((text) => fragmentTag.test(text)).flatMap((text) => [...parseTemplate(text).fragments.values()]);
  return [...new Set(names)].sort();
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
