import type { Mark } from "./html-source.ts";
import type { HtmlAttribute, HtmlToken, ValuePiece } from "./html-tokens.ts";
import type { AddressForm } from "./read-address.ts";

type Kind =
  | { readonly kind: "address"; readonly form: AddressForm }
  | { readonly kind: "style"; readonly isAttribute: boolean }
  | { readonly kind: "json" };

/** A piece of html that is read in its own way, and the tags of ours inside it. */
export type HtmlRegion = Kind & { readonly pieces: readonly ValuePiece[]; readonly marks: readonly Mark[] };

const linkAttributes = new Set(["href", "xlink:href", "action", "formaction", "cite", "ping", "longdesc", "codebase", "data"]);
const sourceAttributes = new Set(["src", "srcset", "background", "poster", "lowsrc", "dynsrc"]);
const jsonTypes = new Set(["application/ld+json", "application/json"]);

/** In the order of the html. */
export function* htmlRegions(html: string, tokens: readonly HtmlToken[], marks: readonly Mark[]): Generator<HtmlRegion> {
  let next = 0;
  for (const { kind, from, to, pieces } of placesOf(html, tokens, marks)) {
    const first = skipMarks(marks, next, (at) => at < from);
    next = skipMarks(marks, first, (at) => at <= to);
    yield { ...kind, pieces, marks: marks.slice(first, next) };
  }
}

type Place = { readonly kind: Kind; readonly from: number; readonly to: number; readonly pieces: readonly ValuePiece[] };

function* placesOf(html: string, tokens: readonly HtmlToken[], marks: readonly Mark[]): Generator<Place> {
  for (const [index, token] of tokens.entries())
    if (token.kind === "tag") yield* attributePlaces(token.attributes);
    else if (token.kind === "content" && !token.isEndless) {
      const { name, from, to } = token;
      const kind = kindOfContent(name, tokens[index - 1], marks);
      if (kind) yield { kind, from, to, pieces: [{ text: html.slice(from, to), at: from }] };
    }
}

function* attributePlaces(attributes: readonly HtmlAttribute[]): Generator<Place> {
  for (const { name, value } of attributes) {
    const kind = value ? kindOfAttribute(name) : null;
    if (value && kind) yield { kind, ...value };
  }
}

function kindOfAttribute(name: string): Kind | null {
  if (name === "style") return { kind: "style", isAttribute: true };
  if (linkAttributes.has(name)) return { kind: "address", form: { position: "link", isList: false } };
  if (sourceAttributes.has(name)) return { kind: "address", form: { position: "source", isList: name === "srcset" } };
  return null;
}

function kindOfContent(name: string, tag: HtmlToken | undefined, marks: readonly Mark[]): Kind | null {
  if (name === "style") return { kind: "style", isAttribute: false };
  return name === "script" && tag && holdsJson(tag, marks) ? { kind: "json" } : null;
}

/** Whether this tag of a script says that it is data, for everybody: no block of ours may give it another type. */
export function holdsJson(tag: HtmlToken, marks: readonly Mark[]): boolean {
  if (tag.kind !== "tag" || tag.name !== "script") return false;
  const type = tag.attributes.find(({ name }: HtmlAttribute) => name === "type")?.value;
  const text = (type?.pieces ?? []).map((piece) => piece.text).join("");
  if (!jsonTypes.has(text.trim().toLowerCase())) return false;
  const first = skipMarks(marks, lowerBound(marks, tag.from), (at) => at <= tag.from);
  return (marks[first]?.htmlAt ?? Number.POSITIVE_INFINITY) >= tag.to;
}

/** The first of the marks, which rise, that is not before this place. */
function lowerBound(marks: readonly Mark[], at: number): number {
  let [low, high] = [0, marks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((marks[middle]?.htmlAt ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function skipMarks(marks: readonly Mark[], first: number, isSkipped: (htmlAt: number) => boolean): number {
  let next = first;
  for (let mark = marks[next]; mark && isSkipped(mark.htmlAt); mark = marks[next]) next += 1;
  return next;
}
