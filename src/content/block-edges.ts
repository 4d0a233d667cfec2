import type { HtmlPlace } from "./html-place.ts";
import type { Mark } from "./html-source.ts";

/** The beginning, a turn or the end of a block, and what surrounds it. */
export type Edge = { readonly mark: Mark; readonly place: HtmlPlace; readonly next: Mark | undefined };

/** Longer runs of blanks are not looked through. */
const lookedAt = 100;
const headCharactersMax = 220;

/**
 * What html does from here on depends on this alone, for two edges with one key; null in the middle of something,
 * where it would also depend on letters before, or give another meaning to letters behind.
 */
export function edgeKey(html: string, edge: Edge): string | null {
  if (isInConditionalHead(html, edge)) return null;
  const key = surroundingsKey(html, edge);
  return key !== null && edge.place.isInConditional ? `${key} in a conditional comment` : key;
}

/** Of a comment such as `<!--[if mso]>`: whether it is read as html depends on every letter up to its first bracket. */
function isInConditionalHead(html: string, { mark, place }: Edge): boolean {
  if (place.kind !== "text" && place.kind !== "comment") return false;
  const before = html.slice(Math.max(0, mark.htmlAt - headCharactersMax), mark.htmlAt);
  return before.includes("<!--[", before.lastIndexOf(">") + 1);
}

function surroundingsKey(html: string, { mark, place }: Edge): string | null {
  const at = mark.htmlAt;
  const before = html.slice(Math.max(0, at - lookedAt), at);
  if (beginsMarkup(before, place)) return null;
  switch (place.kind) {
    case "text":
      return "text";
    case "comment":
      if (/[-!]$/.test(before)) return null;
      return place.isBogus ? "bogus comment" : "comment";
    case "content":
      return /<[/!]?[a-z-]*$/i.test(before) ? null : place.element;
    case "value": {
      const { name, quote, value } = place.attribute;
      return quote === null && value?.from === at ? null : `${quote} ${name}`;
    }
    case "tag": {
      const behind = html.slice(at, at + lookedAt);
      return /(?:=|^)\s*$/.test(before) || /^\s*(?:=|$)/.test(behind) ? null : "tag";
    }
  }
}

/** Directly behind a bracket, the next letter decides what it opens. */
function beginsMarkup(before: string, place: HtmlPlace): boolean {
  return place.kind !== "value" && place.kind !== "content" && /<[/!?]?-?$/.test(before);
}

/** Whether a value printed here could open or close a comment or a declaration, though its brackets are escaped. */
export function decidesMarkup(html: string, at: number, place: HtmlPlace): boolean {
  const before = html.slice(Math.max(0, at - 3), at);
  // The value stands as one letter in the html.
  return beginsMarkup(before, place) || (place.kind === "comment" && /^[!-]?>/.test(html.slice(at + 1, at + 3)));
}

/**
 * Whether a name that stands directly before a block, or at the end of one of its parts, ends there whatever way is
 * taken: otherwise it could go on, as "on" does in `on{%#if a%}click{%/if%}`.
 */
export function keepsNames(html: string, edges: readonly Edge[]): boolean {
  const [first, ...others] = edges;
  const last = edges.at(-1);
  if (!first || !last) return true;
  const endsName = ({ mark, next }: Edge): boolean =>
    /[\s/>]/.test(html.charAt(mark.htmlAt)) && (next === undefined || next.htmlAt > mark.htmlAt);
  if (isBehindName(first) && !edges.every(endsName)) return false;
  if (!others.some(isBehindName)) return true;
  return endsName(last) && (first.mark.kind !== "loop" || endsName(first));
}

function isBehindName({ place }: Edge): boolean {
  return place.kind === "tag" && place.isBehindName;
}
