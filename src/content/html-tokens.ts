import { QuoteType, Tokenizer, type TokenizerCallbacks } from "htmlparser2";
import { limits } from "./limits.ts";

/** A piece of an attribute's value with its entities resolved. */
export type ValuePiece = { readonly text: string; readonly at: number };

export type HtmlAttribute = {
  readonly name: string;
  readonly nameFrom: number;
  readonly nameTo: number;
  readonly quote: "'" | '"' | null;
  /** Of the value, without its quotes. Null when there is none. */
  readonly value: { readonly from: number; readonly to: number; readonly pieces: readonly ValuePiece[] } | null;
};

/** What is not plain text: a tag with its brackets, the inside of a comment or declaration, or that of an element without markup. */
export type HtmlToken =
  | {
      readonly kind: "tag";
      readonly from: number;
      readonly to: number;
      readonly name: string;
      /** Behind the tag's name; `from` is before its bracket. */
      readonly nameTo: number;
      readonly attributes: readonly HtmlAttribute[];
    }
  /** `isBogus`: it ends at the next bracket, as a declaration does. */
  | { readonly kind: "comment"; readonly from: number; readonly to: number; readonly isBogus: boolean }
  /** A comment that some programs read as html: the tokens inside it follow. */
  | { readonly kind: "conditional"; readonly from: number; readonly to: number }
  | {
      readonly kind: "content";
      readonly name: string;
      readonly from: number;
      readonly to: number;
      /** Where it ends depends on who reads it: it is taken to go on to the end of the html. */
      readonly isEndless?: true;
    };

/** Behind their opening tag nothing but their closing tag is markup. */
const contentElements = new Set("script style title textarea xmp iframe noembed noframes plaintext".split(" "));
/** Inside these, the elements above hold markup as others do, and what looks like their end may stand in an attribute. */
const foreignElements = new Set(["svg", "math"]);
/** Behind a comment's beginning, a script that opens another one goes on behind the end of that. */
const opensScript = /<script[\t\n\f\r />]/i;
const cdata = "![CDATA[";
/** Mail programs of one maker read what stands in such a comment as html. */
const conditionalHead = /\[if [^\]>]{0,200}\]>/y;
const bracket = /<[a-z/!?]/gi;
const valueHead = /[\t\n\f\r ]*=[\t\n\f\r ]*["']?/y;

/**
 * The tokens of html in their order, without its plain text. Takes linear time, whatever the html is; throws
 * `HtmlLimitFault` behind more parts than are allowed.
 */
export function readHtmlTokens(html: string): readonly HtmlToken[] {
  const reader = new TokenReader(html, 0, true);
  return reader.read();
}

/** At a character of the html. */
export class HtmlLimitFault extends Error {
  override name = "HtmlLimitFault";
  readonly at: number;

  constructor(at: number) {
    super(`the html has more than ${limits.htmlPartsMax} parts`);
    this.at = at;
  }
}

type OpenTag = { readonly from: number; readonly name: string; readonly nameTo: number; readonly attributes: HtmlAttribute[] };
type OpenAttribute = { readonly name: string; readonly from: number; readonly to: number; readonly pieces: ValuePiece[] };

class TokenReader implements TokenizerCallbacks {
  readonly #html: string;
  /** Where this html begins in the whole. */
  readonly #base: number;
  readonly #readsComments: boolean;
  readonly #tokens: HtmlToken[] = [];
  #tag: OpenTag | null = null;
  #attribute: OpenAttribute | null = null;
  #content: { readonly name: string; readonly from: number } | null = null;
  #hasForeign = false;
  #isEndless = false;
  #dataEnd = 0;
  #parts = 0;
  #closedUpTo = 0;

  constructor(html: string, base: number, readsComments: boolean) {
    this.#html = html;
    this.#base = base;
    this.#readsComments = readsComments;
  }

  read(): readonly HtmlToken[] {
    const tokenizer = new Tokenizer({ decodeEntities: true }, this);
    tokenizer.write(this.#html);
    tokenizer.end();
    return this.#tokens;
  }

  onopentagname(start: number, end: number): void {
    const name = this.#html.slice(start, end).toLowerCase();
    this.#tag = { from: start - 1, name, nameTo: end, attributes: [] };
  }

  onattribname(start: number, end: number): void {
    this.#count(start);
    this.#attribute = { name: this.#html.slice(start, end).toLowerCase(), from: start, to: end, pieces: [] };
  }

  onattribdata(start: number, end: number): void {
    this.#attribute?.pieces.push({ text: this.#html.slice(start, end), at: this.#base + start });
    this.#dataEnd = end;
  }

  onattribentity(codePoint: number): void {
    const at = this.#base + (this.#attribute?.pieces.length ? this.#dataEnd : this.#valueFrom());
    this.#attribute?.pieces.push({ text: String.fromCodePoint(codePoint), at });
  }

  onattribend(quote: QuoteType, end: number): void {
    const attribute = this.#attribute;
    if (!attribute) return;
    const { name, pieces } = attribute;
    const sign = quote === QuoteType.Single ? "'" : quote === QuoteType.Double ? '"' : null;
    const to = this.#base + (sign ? end - 1 : end);
    const value = quote === QuoteType.NoValue ? null : { from: this.#base + this.#valueFrom(), to, pieces };
    const [nameFrom, nameTo] = [this.#base + attribute.from, this.#base + attribute.to];
    this.#tag?.attributes.push({ name, nameFrom, nameTo, quote: sign, value });
    this.#attribute = null;
  }

  onopentagend(end: number): void {
    const tag = this.#tag;
    this.#endTag(end + 1);
    if (!tag || this.#isEndless) return;
    this.#hasForeign ||= foreignElements.has(tag.name);
    if (contentElements.has(tag.name)) this.#content = { name: tag.name, from: end + 1 };
  }

  /** In html the slash of such a tag means nothing. */
  onselfclosingtag(end: number): void {
    this.onopentagend(end);
  }

  onclosetag(start: number, end: number): void {
    if (!this.#isEndless) this.#endContent(start - 2);
    const bracket = this.#html.indexOf(">", end);
    const to = bracket === -1 ? this.#html.length : bracket + 1;
    const name = this.#html.slice(start, end).toLowerCase();
    this.#push({ kind: "tag", from: start - 2, to, name, nameTo: end, attributes: [] });
  }

  oncomment(start: number, end: number, endOffset: number): void {
    conditionalHead.lastIndex = start;
    if (this.#isEndless) return;
    // One that is never closed comes as a comment.
    if (this.#html.startsWith(cdata, start - 1)) this.oncdata(start, end);
    else if (this.#readsComments && conditionalHead.test(this.#html)) {
      const from = conditionalHead.lastIndex;
      this.#push({ kind: "conditional", from, to: end - endOffset });
      const inner = new TokenReader(this.#html.slice(from, end - endOffset), from, false);
      for (const token of inner.read()) {
        this.#count(start);
        this.#tokens.push(token);
      }
      this.#closedUpTo = end;
    } else this.#pushComment(start, end);
  }

  /** What is never closed goes on to the end. */
  onend(): void {
    const end = this.#html.length;
    bracket.lastIndex = this.#closedUpTo;
    const open = bracket.exec(this.#html);
    if (this.#content) {
      this.#isEndless ||= this.#isUncertain(this.#content, end);
      this.#pushContent(end);
    } else if (this.#tag) this.#endTag(end + 1);
    else if (open) this.#push({ kind: "tag", from: open.index, to: end + 1, name: "", nameTo: end, attributes: [] });
  }

  ondeclaration(start: number, end: number): void {
    this.#pushComment(start, end);
  }

  onprocessinginstruction(start: number, end: number): void {
    this.#pushComment(start, end);
  }

  /** In html such a section ends at its first bracket, in a drawing at its own end. */
  oncdata(start: number, end: number): void {
    if (this.#isEndless) return;
    const bracket = this.#html.indexOf(">", start);
    if (bracket === -1 || bracket >= end) this.#pushComment(start, end);
    else {
      this.#isEndless = true;
      this.#content = { name: cdata, from: start };
    }
  }

  ontext(): void {}
  ontextentity(): void {}

  #valueFrom(): number {
    valueHead.lastIndex = this.#attribute?.to ?? 0;
    return valueHead.test(this.#html) ? valueHead.lastIndex : (this.#attribute?.to ?? 0);
  }

  #count(at: number): void {
    this.#parts += 1;
    if (this.#parts > limits.htmlPartsMax) throw new HtmlLimitFault(this.#base + at);
  }

  #endTag(to: number): void {
    if (!this.#tag) return;
    this.#push({ kind: "tag", ...this.#tag, to });
    this.#tag = null;
    this.#attribute = null;
  }

  #pushComment(from: number, to: number): void {
    this.#push({ kind: "comment", from, to, isBogus: !this.#html.startsWith("<!--", from - 4) });
  }

  #endContent(to: number): void {
    if (!this.#content) return;
    this.#isEndless = this.#isUncertain(this.#content, to);
    if (!this.#isEndless) this.#pushContent(to);
  }

  #isUncertain({ name, from }: { readonly name: string; readonly from: number }, to: number): boolean {
    const text = this.#html.slice(from, to);
    return (name === "script" && opensScript.test(text)) || (this.#hasForeign && text.includes("<"));
  }

  #pushContent(to: number): void {
    const isEndless = this.#isEndless;
    this.#isEndless = false;
    if (this.#content) this.#push({ kind: "content", ...this.#content, to, ...(isEndless ? { isEndless } : {}) });
    this.#content = null;
  }

  #push(token: HtmlToken): void {
    if (this.#isEndless) return;
    this.#count(token.from);
    this.#closedUpTo = token.to;
    const base = this.#base;
    const moved = { ...token, from: base + token.from, to: base + token.to };
    this.#tokens.push(moved.kind === "tag" ? { ...moved, nameTo: base + moved.nameTo } : moved);
  }
}
