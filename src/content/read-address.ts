import type { Mark } from "./html-source.ts";
import type { ValuePiece } from "./html-tokens.ts";
import { findSchemeEnd, type LinkPosition, schemesOf, withoutSkipped } from "./link-guard.ts";

/** Anything else before a colon makes no scheme: a list of pictures, say. */
const schemeLetters = /^[a-z][a-z0-9+.-]*$/i;

/**
 * How far an address may have come, as a set of bits, since blocks give several ways to a place: nothing yet;
 * letters of the author, or of a value, that a scheme may be made of; or past every scheme.
 */
const way = { start: 1, literal: 2, value: 4, past: 8 } as const;
type State = { readonly ways: number; readonly literal: string };
type Frame = { readonly entry: State; readonly exits: State[]; hasElse: boolean };

export type AddressFault = { readonly at: number; readonly scheme: string | null };
export type Address = { readonly guards: ReadonlyMap<Mark, LinkPosition>; readonly faults: readonly AddressFault[] };

/** Follows an address from its first character through the author's text, printed values and blocks. */
export function readAddress(
  pieces: readonly ValuePiece[],
  marks: readonly Mark[],
  position: Exclude<LinkPosition, "rest">,
): Address {
  const reading = new Reading(position);
  let next = 0;
  for (const piece of pieces) {
    let from = 0;
    for (let mark = marks[next]; mark && mark.htmlAt < piece.at + piece.text.length; mark = marks[next]) {
      const to = Math.max(from, mark.htmlAt - piece.at);
      reading.text(piece.text.slice(from, to), piece.at + from);
      reading.mark(mark);
      // A printed value stands as one letter in the html.
      from = mark.kind === "print" ? to + 1 : to;
      next += 1;
    }
    reading.text(piece.text.slice(from), piece.at + from);
  }
  for (const mark of marks.slice(next)) reading.mark(mark);
  return reading;
}

class Reading implements Address {
  readonly guards = new Map<Mark, LinkPosition>();
  readonly faults: AddressFault[] = [];
  readonly #position: Exclude<LinkPosition, "rest">;
  readonly #frames: Frame[] = [];
  #state: State = { ways: way.start, literal: "" };

  constructor(position: Exclude<LinkPosition, "rest">) {
    this.#position = position;
  }

  text(text: string, at: number): void {
    const { ways, literal } = this.#state;
    if (text === "" || ways === way.past) return;
    const end = findSchemeEnd(text);
    const letters = literal + withoutSkipped(end === -1 ? text : text.slice(0, end));
    if (end === -1) this.#state = letters === "" ? this.#state : { ways: withLiteral(ways), literal: letters };
    else {
      if (text[end] === ":") this.#checkScheme(letters, at);
      this.#state = { ways: way.past, literal: "" };
    }
  }

  mark(mark: Mark): void {
    if (mark.kind === "print") this.#print(mark);
    else if (mark.kind === "open") this.#open(this.#state);
    // The second turn begins behind what the first one printed.
    else if (mark.kind === "loop") this.#open({ ...this.#state, ways: this.#state.ways | way.value });
    else if (mark.kind === "close") this.#close();
    else if (mark.kind !== "silent") this.#turn(mark.kind === "else");
  }

  #print(mark: Mark): void {
    const { ways, literal } = this.#state;
    if (ways === way.past) return;
    this.guards.set(mark, ways & (way.literal | way.value) ? "rest" : this.#position);
    this.#state = { ways: ways | way.value | way.past, literal };
  }

  #open(entry: State): void {
    this.#frames.push({ entry: this.#state, exits: [], hasElse: false });
    this.#state = entry;
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
    this.#state = { ways: ends.reduce((ways, end) => ways | end.ways, 0), literal: ends[0]?.literal ?? "" };
  }

  #checkScheme(letters: string, at: number): void {
    const { ways } = this.#state;
    if (ways & way.value) this.faults.push({ at, scheme: null });
    else if (schemeLetters.test(letters) && !schemesOf[this.#position].has(letters.toLowerCase()))
      this.faults.push({ at, scheme: letters });
  }
}

/** Behind the end of a block that began outside of this address. */
const anywhere: State = { ways: way.start | way.value | way.past, literal: "" };

function withLiteral(ways: number): number {
  return (ways & ~way.start) | (ways & (way.start | way.literal) ? way.literal : 0);
}
