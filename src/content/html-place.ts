import type { HtmlAttribute, HtmlToken } from "./html-tokens.ts";

/** What surrounds a character of the html: its innermost token. */
export type HtmlPlace =
  | { readonly kind: "text" | "comment" }
  | { readonly kind: "content"; readonly element: string }
  /** Inside a tag, beside the values of its attributes. `isBehindName`: directly behind a letter of a name. */
  | { readonly kind: "tag"; readonly isBehindName: boolean }
  | { readonly kind: "value"; readonly attribute: HtmlAttribute };

const text: HtmlPlace = { kind: "text" };

/** Finds places that are asked for in rising order, in one walk along the tokens. */
export function createPlaceFinder(tokens: readonly HtmlToken[]): (at: number) => HtmlPlace {
  let next = 0;
  let nextAttribute = 0;
  return (at) => {
    let token = tokens[next];
    for (; token && isBehind(token, at); token = tokens[next]) {
      next += 1;
      nextAttribute = 0;
    }
    if (!token || !isInside(token, at)) return text;
    if (token.kind === "comment") return { kind: "comment" };
    if (token.kind === "content") return { kind: "content", element: token.name };
    while (isPast(token.attributes[nextAttribute], at)) nextAttribute += 1;
    return placeInTag(token, token.attributes[nextAttribute], at);
  };
}

function placeInTag(tag: { from: number; nameTo: number }, attribute: HtmlAttribute | undefined, at: number): HtmlPlace {
  const { value } = attribute ?? {};
  if (attribute && value && value.from <= at) return { kind: "value", attribute };
  const isBehindTagName = at > tag.from + 1 && at <= tag.nameTo;
  const isBehindName = attribute !== undefined && at > attribute.nameFrom && at <= attribute.nameTo;
  return { kind: "tag", isBehindName: isBehindTagName || isBehindName };
}

/** A tag begins behind its first bracket; the others lie between theirs, and both edges belong to them. */
function isInside(token: HtmlToken, at: number): boolean {
  return token.kind === "tag" ? token.from < at : token.from <= at;
}

function isBehind(token: HtmlToken, at: number): boolean {
  return token.kind === "tag" ? token.to <= at : token.to < at;
}

function isPast(attribute: HtmlAttribute | undefined, at: number): boolean {
  return attribute !== undefined && (attribute.value?.to ?? attribute.nameTo) < at;
}
