import { BlockStates } from "./block-states.ts";
import type { Mark } from "./html-source.ts";
import { findSchemeEnd, schemesOf, withoutSkipped } from "./link-guard.ts";
import type { PieceReader } from "./read-pieces.ts";

/** How a value is guarded: as a colour or size, or as an address of a picture, by how far that has come. */
export type CssPlace = "css" | "cssSource" | "cssRest" | "cssPast";

/** At a tag of ours, or at a letter of the html. */
export type CssFault = { readonly at: Mark | number; readonly message: string };

/** `unknown`: between the brackets of a function whose name is not known. */
type Mode = "plain" | "string" | "comment" | "url" | "unknown";
type State = {
  mode: Mode;
  /** Of a text, or of the address at hand; `done` behind the latter. */
  quote: string | null;
  isEscaped: boolean;
  /** Behind the colon of a declaration. */
  isInValue: boolean;
  property: string;
  /** The name at hand, and the one before blanks; "?" where it depends on values or blocks. */
  word: string;
  name: string;
  last: string;
  /** The author's letters of the address at hand, and whether a value was printed into it. */
  address: string;
  isPrinted: boolean;
};

const start: State = {
  mode: "plain",
  quote: null,
  isEscaped: false,
  isInValue: false,
  property: "",
  word: "",
  name: "",
  last: "",
  address: "",
  isPrinted: false,
};
/** Elsewhere an address is no picture: styles and fonts are loaded, and some old programs run what it leads to. */
const pictures = new Set(["background", "background-image", "list-style", "list-style-image"]);
const wordLetter = /[\w\u0080-\uffff-]/;
const wordCharactersMax = 60;
const addressCharactersMax = 300;

const valueOnly =
  'A value may stand here only behind the colon of a declaration, as in style="color: {{context.color}}", where a colour, a number or a size is printed.';
const pictureOnly = "An address may be printed only into url(...) of a background or a list-style-image of the attribute style.";
const schemeFirst = "Expected the scheme of this address as plain text (https or http): it cannot be printed.";
const cutMessage = "Expected every part of this block to end at the same place of the style.";

/** Follows CSS through the author's text, printed values and blocks: the attribute `style`, or the element. */
export class CssReader implements PieceReader {
  readonly places = new Map<Mark, CssPlace>();
  readonly faults: CssFault[] = [];
  readonly #states = new BlockStates<State>(start, join);
  readonly #isAttribute: boolean;

  constructor(isAttribute: boolean) {
    this.#isAttribute = isAttribute;
  }

  text(text: string, at: number): void {
    const state = { ...this.#states.state };
    for (let index = 0; index < text.length; index += 1) {
      const character = text.charAt(index);
      if (character === ":" && state.mode === "url" && state.isPrinted && findSchemeEnd(state.address) === -1)
        this.faults.push({ at: at + index, message: schemeFirst });
      step(state, character);
    }
    this.#states.state = state;
  }

  mark(mark: Mark): void {
    if (mark.kind === "print") this.#print(mark);
    else if (!this.#states.edge(mark)) this.faults.push({ at: mark, message: cutMessage });
  }

  #print(mark: Mark): void {
    const { state } = this.#states;
    const isPicture = this.#isAttribute && pictures.has(state.property);
    if (state.isEscaped || state.quote === "done") this.faults.push({ at: mark, message: valueOnly });
    else if (state.mode === "plain" && state.isInValue) this.places.set(mark, "css");
    else if (state.mode === "url" && isPicture) this.#printAddress(mark, withoutSkipped(state.address));
    else this.faults.push({ at: mark, message: state.mode === "url" ? pictureOnly : valueOnly });
    this.#states.state = { ...state, word: "?", last: "", isPrinted: true };
  }

  #printAddress(mark: Mark, before: string): void {
    const end = findSchemeEnd(before);
    if (end === -1) this.places.set(mark, before === "" && !this.#states.state.isPrinted ? "cssSource" : "cssRest");
    else if (before[end] === ":" && !schemesOf.source.has(before.slice(0, end).toLowerCase()))
      this.faults.push({ at: mark, message: schemeFirst });
    else this.places.set(mark, "cssPast");
  }
}

/** Goes on by one letter. */
function step(state: State, character: string): void {
  const { last } = state;
  state.last = character;
  if (state.isEscaped) {
    state.isEscaped = false;
    state.word = "?";
  } else if (state.mode === "comment") {
    if (last === "*" && character === "/") state.mode = "plain";
  } else if (character === "\\") state.isEscaped = true;
  else if (state.mode === "plain") stepPlain(state, character, last);
  else if (state.mode === "string") {
    if (character === state.quote || character === "\n") Object.assign(state, { mode: "plain", quote: null });
  } else if (state.mode === "url") stepAddress(state, character);
  else if (character === ")") state.mode = "plain";
}

function stepPlain(state: State, character: string, last: string): void {
  if (character === '"' || character === "'") Object.assign(state, { mode: "string", quote: character, word: "" });
  else if (character === "*" && last === "/") state.mode = "comment";
  else if (/[;{}]/.test(character)) Object.assign(state, { isInValue: false, property: "", word: "", name: "" });
  else if (character === ":") {
    if (!state.isInValue) Object.assign(state, { isInValue: true, property: (state.word || state.name).toLowerCase() });
    state.word = "";
  } else if (character === "(") openFunction(state);
  else if (wordLetter.test(character)) state.word = state.word.length < wordCharactersMax ? state.word + character : "?";
  else if (state.word !== "") Object.assign(state, { name: state.word, word: "" });
}

function openFunction(state: State): void {
  const name = state.word.toLowerCase();
  state.word = "";
  if (name.includes("?")) state.mode = "unknown";
  else if (name === "url" || name === "src") Object.assign(state, { mode: "url", quote: null, address: "", isPrinted: false });
}

function stepAddress(state: State, character: string): void {
  const isQuote = character === '"' || character === "'";
  const isEmpty = state.address === "" && !state.isPrinted;
  if (state.quote !== null && state.quote !== "done") {
    if (character === state.quote) state.quote = "done";
    else addToAddress(state, character);
  } else if (character === ")") Object.assign(state, { mode: "plain", quote: null });
  else if (isQuote && state.quote === null && isEmpty) state.quote = character;
  // Without quotes, one with such a letter in it is none, and is read over to its bracket.
  else if (isQuote || character === "(" || (character.trim() === "" && !isEmpty)) state.quote = "done";
  else addToAddress(state, character);
}

function addToAddress(state: State, character: string): void {
  if (character.trim() !== "" && state.address.length < addressCharactersMax) state.address += character;
}

/** Null where what follows would mean two things. */
function join(one: State, other: State): State | null {
  const keys = ["mode", "quote", "isEscaped", "isInValue"] as const;
  if (keys.some((key) => one[key] !== other[key])) return null;
  if (one.mode === "url" && (one.address !== other.address || one.isPrinted !== other.isPrinted)) return null;
  if (one.last !== other.last && (/[/*]/.test(one.last) || /[/*]/.test(other.last))) return null;
  const same = (key: "property" | "word" | "name") => (one[key] === other[key] ? one[key] : "?");
  return { ...one, property: same("property"), word: same("word"), name: same("name") };
}
