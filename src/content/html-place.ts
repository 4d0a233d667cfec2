import type { HtmlAttribute, HtmlToken } from "./html-tokens.ts";

export type HtmlTag = Extract<HtmlToken, { readonly kind: "tag" }>;

/** What surrounds a character of the html: its innermost token. */
export type HtmlPlace = Surroundings & { readonly isInConditional: boolean };

type Surroundings =
  | { readonly kind: "text" }
  | { readonly kind: "comment"; readonly isBogus: boolean }
  /** `tag`: that of the element. */
  | { readonly kind: "content"; readonly element: string; readonly isEndless: boolean; readonly tag: HtmlToken | undefined }
  /** Inside a tag, beside the values of its attributes. `isBehindName`: directly behind a letter of a name. */
  | { readonly kind: "tag"; readonly isBehindName: boolean }
  | { readonly kind: "value"; readonly tag: HtmlTag; readonly attribute: HtmlAttribute };

const text: Surroundings = { kind: "text" };

/** Finds places that are asked for in rising order, in one walk along the tokens. */
export function createPlaceFinder(tokens: readonly HtmlToken[]): (at: number) => HtmlPlace {
  const walk = new Walk(tokens);
  return (at) => walk.placeAt(at);
}

class Walk {
  readonly #tokens: readonly HtmlToken[];
  #next = 0;
  #nextAttribute = 0;
  #conditionalTo = -1;

  constructor(tokens: readonly HtmlToken[]) {
    this.#tokens = tokens;
  }

  placeAt(at: number): HtmlPlace {
    this.#goTo(at);
    return { ...this.#surroundingsAt(at), isInConditional: at <= this.#conditionalTo };
  }

  #goTo(at: number): void {
    let token = this.#tokens[this.#next];
    for (; token && (isBehind(token, at) || isEntered(token, at)); token = this.#tokens[this.#next]) {
      if (token.kind === "conditional") this.#conditionalTo = token.to;
      this.#next += 1;
      this.#nextAttribute = 0;
    }
  }

  #surroundingsAt(at: number): Surroundings {
    const token = this.#tokens[this.#next];
    if (!token || token.kind === "conditional" || !isInside(token, at)) return text;
    if (token.kind === "comment") return { kind: "comment", isBogus: token.isBogus };
    if (token.kind === "content") {
      const tag = this.#tokens[this.#next - 1];
      return { kind: "content", element: token.name, isEndless: token.isEndless === true, tag };
    }
    while (isPast(token.attributes[this.#nextAttribute], at)) this.#nextAttribute += 1;
    return placeInTag(token, token.attributes[this.#nextAttribute], at);
  }
}

/** What stands in such a comment has tokens of its own. */
function isEntered(token: HtmlToken, at: number): boolean {
  return token.kind === "conditional" && isInside(token, at);
}

function placeInTag(tag: HtmlTag, attribute: HtmlAttribute | undefined, at: number): Surroundings {
  const { value } = attribute ?? {};
  if (attribute && value && value.from <= at) return { kind: "value", tag, attribute };
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
