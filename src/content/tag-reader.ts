import { limits } from "./limits.ts";
import { hintAbout } from "./syntax-hints.ts";
import { limitFault, syntaxFault } from "./template-fault.ts";

export type Token = {
  readonly kind: "name" | "quoted" | "string" | "number" | "symbol" | "close";
  /** The name, the text of a literal with its escapes resolved, or the symbol. */
  readonly text: string;
  readonly at: number;
};

export type Braces = { readonly opener: string; readonly closer: string };

const space = /[ \t\r\n\u00a0\ufeff]*/y;
const word = /[\p{L}_][\p{L}\p{M}\p{N}_]*/uy;
/** A part of a name where no operator can stand: whatever Handlebars takes for one, but for the question mark of `?:`. */
const freePart = /[^\s!"#%&'()*+,./;<=>?@[\\\]^`{|}~]+/uy;
/** A whole number may end in L, as Java writes a long one. */
const digits = /\d+(?:\.\d+|L(?![\p{L}\p{N}_]))?/uy;
/** Also signs that mean something elsewhere only: whoever writes them is told so. */
const symbol = /===?|!==?|>=|<=|<>|\?:|\?\?|&&|\|\||[.,()[\]|@#/+\-*%=<>!?&~^]/y;
const date = /\d{4}-\d\d-\d\d/y;
const escapes: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", "/": "/", n: "\n", r: "\r", t: "\t" };

/**
 * The tokens of one tag, one at a time, up to its closing braces. Reads every character once and never
 * beyond the longest tag allowed, whatever the text is: an author's text cannot make it slow.
 */
export class TagReader {
  readonly start: number;
  readonly closer: string;
  /** Where reading goes on after this tag. */
  position: number;
  depth = 0;
  /** Set where a hyphen cannot be a minus: in a tag that prints a variable, and in the head of a loop. */
  hasFreeNames = false;
  readonly #template: string;
  #next: Token | null = null;

  constructor(template: string, start: number, braces: Braces) {
    this.#template = template;
    this.start = start;
    this.closer = braces.closer;
    this.position = start + braces.opener.length;
  }

  peek(): Token {
    this.#next ??= this.#read();
    return this.#next;
  }

  take(): Token {
    const token = this.peek();
    this.#next = null;
    return token;
  }

  /** Whether the next token is this symbol or word; it stays. */
  sees(text: string): boolean {
    const token = this.peek();
    return token.text === text && (token.kind === "symbol" || token.kind === "name");
  }

  /** Takes the next token if it is this symbol or word. */
  accept(text: string): boolean {
    if (!this.sees(text)) return false;
    this.#next = null;
    return true;
  }

  expect(text: string, purpose: string): void {
    if (!this.accept(text)) throw this.unexpected(`"${text}" ${purpose}`);
  }

  expectName(purpose: string): Token {
    if (this.peek().kind !== "name") throw this.unexpected(purpose);
    return this.take();
  }

  /** About a name that stands directly behind a hyphen: outside two braces, the hyphen is a minus. */
  hyphenHint({ at }: Token): string {
    const isGlued = at > this.start + 3 && /[^\s(,]-$/.test(this.#template.slice(at - 2, at));
    return isGlued ? " A name with a hyphen stands between backticks here." : "";
  }

  /** A part of a name, behind its dot. */
  takePart(): Token {
    if (this.hasFreeNames && this.depth === 0) {
      const at = this.#skipSpace();
      this.#next = this.#match("name", freePart, at);
    }
    const { kind } = this.peek();
    if (kind === "name" || kind === "quoted") return this.take();
    throw this.unexpected("a name after the dot (a number or other characters stand between backticks)");
  }

  expectClose(): void {
    if (this.peek().kind !== "close") throw this.unexpected(`"${this.closer}"`);
    this.#next = null;
  }

  unexpected(expected: string): Error {
    const token = this.peek();
    const hint = token.kind === "string" ? "" : hintAbout(token.text);
    return syntaxFault(`Expected ${expected}, but found ${describe(token)}.${hint}`, token.at);
  }

  #read(): Token {
    const at = this.#skipSpace();
    const text = this.#template;
    this.#checkRoom(at);
    if (text.startsWith(this.closer, at)) return this.#token({ kind: "close", text: this.closer, at }, at + this.closer.length);
    const character = text[at];
    if (character === '"') return this.#string(at);
    if (character === "`") return this.#quoted(at);
    if (matchEnd(date, text, at) !== null) throw syntaxFault('A date is a text: "2026-01-30".', at);
    return (
      this.#match("name", word, at) ?? this.#match("number", digits, at) ?? this.#match("symbol", symbol, at) ?? this.#refuse(at)
    );
  }

  #skipSpace(): number {
    this.position = matchEnd(space, this.#template, this.position) ?? this.position;
    return this.position;
  }

  #match(kind: Token["kind"], pattern: RegExp, at: number): Token | null {
    const end = matchEnd(pattern, this.#template, at);
    return end === null ? null : this.#token({ kind, text: this.#template.slice(at, end), at }, end);
  }

  #token(token: Token, end: number): Token {
    if (end - this.start > limits.tagLengthMax) throw this.#tooLong();
    this.position = end;
    return token;
  }

  #string(at: number): Token {
    const text = this.#template;
    let value = "";
    for (let position = at + 1; position < text.length; position += 1) {
      if (position - this.start > limits.tagLengthMax) break;
      const character = text[position];
      if (character === '"') return this.#token({ kind: "string", text: value, at }, position + 1);
      if (character === "\\") {
        position += 1;
        value += escapedCharacter(text[position], position);
      } else value += character;
    }
    this.position = at + 1;
    throw syntaxFault('Expected a closing " for the text that begins here.', at);
  }

  #quoted(at: number): Token {
    const end = this.#template.slice(at + 1, this.start + limits.tagLengthMax).indexOf("`");
    this.position = at + 1;
    if (end === -1) throw syntaxFault("Expected a closing ` for the name that begins here.", at);
    if (end === 0) throw syntaxFault("Expected a name between the backticks.", at);
    return this.#token({ kind: "quoted", text: this.#template.slice(at + 1, at + 1 + end), at }, at + end + 2);
  }

  #checkRoom(at: number): void {
    if (at >= this.#template.length)
      throw syntaxFault(`Expected "${this.closer}" to close the tag that begins here.`, this.start);
    if (at - this.start >= limits.tagLengthMax) throw this.#tooLong();
  }

  #tooLong(): Error {
    return limitFault(`A tag may have at most ${limits.tagLengthMax} characters; close it or make it shorter.`, this.start);
  }

  #refuse(at: number): never {
    const character = String.fromCodePoint(this.#template.codePointAt(at) ?? 0);
    throw syntaxFault(`Expected a name, a value or "${this.closer}", but found ${character}.${hintAbout(character)}`, at);
  }
}

function matchEnd(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

function escapedCharacter(character: string | undefined, at: number): string {
  const value = character === undefined ? undefined : escapes[character];
  if (value === undefined)
    throw syntaxFault('Expected \\", \\\\, \\n, \\r or \\t after a backslash; write \\\\ for a backslash itself.', at);
  return value;
}

function describe(token: Token): string {
  return token.kind === "string" ? `the text "${token.text.slice(0, 20)}"` : `"${token.text.slice(0, 40)}"`;
}
