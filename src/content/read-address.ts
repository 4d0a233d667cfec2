import type { Mark } from "./html-source.ts";
import type { ValuePiece } from "./html-tokens.ts";
import { findSchemeEnd, type LinkPosition, schemesOf, withoutSkipped } from "./link-guard.ts";
import { type PieceReader, readPieces } from "./read-pieces.ts";

/** Of pictures that hold no script; up to its comma, so that nothing that is printed behind it can change what it is. */
const pictureHead = /^image\/(?:png|jpe?g|gif|webp|bmp)(?:;[a-z0-9=-]+)*,/i;
const pictureHeadCharactersMax = 100;
/** Anything else before a colon makes no scheme: a list of pictures, say. */
const schemeLetters = /^[a-z][a-z0-9+.-]*$/i;

/**
 * How far an address may have come, as a set of bits, since blocks give several ways to a place: nothing yet;
 * letters of the author, or of a value, that a scheme may be made of; or past every scheme.
 */
const way = { start: 1, literal: 2, value: 4, past: 8 } as const;
type State = { readonly ways: number; readonly literal: string; readonly step: ListStep };
type Frame = { readonly mark: Mark; readonly entry: State; readonly exits: State[]; hasElse: boolean };

/** How far a list has come: between two addresses, in one, behind a comma that may belong to it, or in its size. */
type ListStep = "between" | "address" | "comma" | "size";
const listParts = /([\t\n\f\r ]+)|(,)|[^\t\n\f\r ,]+/g;
/**
 * Browsers end an address of a list at a blank, and take commas into it that no blank follows. Where this reads an
 * end too early, nothing gets past the guard: no scheme has a comma before its colon.
 */
const listSteps: Readonly<Record<ListStep, Readonly<Record<"blank" | "comma" | "other", ListStep>>>> = {
  between: { blank: "between", comma: "between", other: "address" },
  address: { blank: "size", comma: "comma", other: "address" },
  comma: { blank: "between", comma: "comma", other: "address" },
  size: { blank: "size", comma: "between", other: "size" },
};

/** `scheme`: the refused one; null where a scheme would be printed, and of a comma that needs a blank behind it. */
export type AddressFault = {
  readonly at: number;
  readonly scheme: string | null;
  readonly needsBlank?: true;
  /** The picture itself, in letters: it may be sent, but is hardly shown. */
  readonly isPicture?: true;
};
export type Address = { readonly guards: ReadonlyMap<Mark, LinkPosition>; readonly faults: readonly AddressFault[] };
/** One address, or a list of them with commas between, each perhaps with its size. */
export type AddressForm = { readonly position: Exclude<LinkPosition, "rest">; readonly isList: boolean };

/** Follows an address from its first character through the author's text, printed values and blocks. */
export function readAddress(pieces: readonly ValuePiece[], marks: readonly Mark[], form: AddressForm): Address {
  const reading = readPieces(pieces, marks, new Reading(form, new Map()));
  // In a list, a turn of a loop may end with an address or between two: known only when the turn was read.
  const hasLoop = form.isList && marks.some(({ kind }) => kind === "loop");
  return hasLoop ? readPieces(pieces, marks, new Reading(form, reading.turnEnds)) : reading;
}

class Reading implements Address, PieceReader {
  readonly guards = new Map<Mark, LinkPosition>();
  readonly faults: AddressFault[] = [];
  /** How far an address may have come when the first turn of a loop ends. */
  readonly turnEnds = new Map<Mark, State>();
  readonly #form: AddressForm;
  readonly #knownTurnEnds: ReadonlyMap<Mark, State>;
  readonly #frames: Frame[] = [];
  #state: State = beginning;

  constructor(form: AddressForm, knownTurnEnds: ReadonlyMap<Mark, State>) {
    this.#form = form;
    this.#knownTurnEnds = knownTurnEnds;
  }

  text(text: string, at: number): void {
    if (this.#form.isList) this.#listText(text, at);
    else this.#addressText(text, at);
  }

  #listText(text: string, at: number): void {
    for (const { 0: part, 1: blank, 2: comma, index } of text.matchAll(listParts)) {
      const before = this.#state.step;
      const step = listSteps[before][blank ? "blank" : comma ? "comma" : "other"];
      if (step === "between" && before !== "between") this.#state = beginning;
      else {
        if (!blank) this.#addressText(part, at + index);
        this.#state = { ...this.#state, step };
      }
    }
  }

  #addressText(text: string, at: number): void {
    const { ways, literal, step } = this.#state;
    if (text === "" || ways === way.past) return;
    const end = findSchemeEnd(text);
    const letters = literal + withoutSkipped(end === -1 ? text : text.slice(0, end));
    if (end === -1) this.#state = letters === "" ? this.#state : { ways: withLiteral(ways), literal: letters, step };
    else {
      if (text[end] === ":") this.#checkScheme(letters, { at, rest: text.slice(end + 1, end + 1 + pictureHeadCharactersMax) });
      this.#state = { ways: way.past, literal: "", step };
    }
  }

  mark(mark: Mark): void {
    if (mark.kind === "print") this.#print(mark);
    else if (mark.kind === "open") this.#open(mark, this.#state);
    else if (mark.kind === "loop") this.#open(mark, this.#loopEntry(mark));
    else if (mark.kind === "close") this.#close();
    else if (mark.kind !== "silent") this.#turn(mark.kind === "else");
  }

  #print(mark: Mark): void {
    const { ways, literal, step: before } = this.#state;
    const step = listSteps[before].other;
    if (ways === way.past) this.#state = { ...this.#state, step };
    else {
      if (before === "comma") this.faults.push({ at: mark.htmlAt, scheme: null, needsBlank: true });
      this.guards.set(mark, ways & (way.literal | way.value) ? "rest" : this.#form.position);
      this.#state = { ways: ways | way.value | way.past, literal, step };
    }
  }

  #open(mark: Mark, entry: State): void {
    this.#frames.push({ mark, entry: this.#state, exits: [], hasElse: false });
    this.#state = entry;
  }

  /** The second turn begins behind what the first one printed. */
  #loopEntry(mark: Mark): State {
    const end = this.#knownTurnEnds.get(mark);
    const { ways, literal, step } = this.#state;
    return { ways: ways | (end?.ways ?? way.value), literal, step: end?.step === "comma" ? "comma" : step };
  }

  #turn(isElse: boolean): void {
    const frame = this.#frames.at(-1);
    frame?.exits.push(this.#state);
    if (frame && isElse) frame.hasElse = true;
    this.#state = frame?.entry ?? anywhere;
  }

  #close(): void {
    const frame = this.#frames.pop();
    const ends = frame ? [...frame.exits, this.#state, ...(frame.hasElse ? [] : [frame.entry])] : [anywhere];
    if (frame?.mark.kind === "loop") this.turnEnds.set(frame.mark, ends[0] ?? anywhere);
    const steps = new Set(ends.map(({ step }) => step));
    const step = steps.size === 1 ? ends[0]?.step : "address";
    const ways = ends.reduce((ways, end) => ways | end.ways, 0);
    this.#state = { ways, literal: ends[0]?.literal ?? "", step: step ?? "address" };
  }

  #checkScheme(letters: string, { at, rest }: { readonly at: number; readonly rest: string }): void {
    const { ways } = this.#state;
    const isPicture = this.#form.position === "source" && letters.toLowerCase() === "data" && pictureHead.test(rest);
    if (ways & way.value) this.faults.push({ at, scheme: null });
    else if (isPicture) this.faults.push({ at, scheme: "data", isPicture });
    else if (schemeLetters.test(letters) && !schemesOf[this.#form.position].has(letters.toLowerCase()))
      this.faults.push({ at, scheme: letters });
  }
}

/** Behind the end of a block that began outside of this address. */
const anywhere: State = { ways: way.start | way.value | way.past, literal: "", step: "address" };
const beginning: State = { ways: way.start, literal: "", step: "between" };

function withLiteral(ways: number): number {
  return (ways & ~way.start) | (ways & (way.start | way.literal) ? way.literal : 0);
}
