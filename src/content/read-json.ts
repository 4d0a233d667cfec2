import { BlockStates } from "./block-states.ts";
import type { Mark } from "./html-source.ts";
import type { PieceReader } from "./read-pieces.ts";

/** Inside the quotes of a text, or where a whole value stands. */
export type JsonPlace = "jsonText" | "jsonValue";
export type JsonFault = { readonly at: Mark; readonly message: string };

type State = { readonly isInText: boolean; readonly isEscaped: boolean };

/** Follows JSON in a script through the author's text, printed values and blocks. */
export class JsonReader implements PieceReader {
  readonly places = new Map<Mark, JsonPlace>();
  readonly faults: JsonFault[] = [];
  readonly #states = new BlockStates<State>({ isInText: false, isEscaped: false }, join);

  text(text: string): void {
    let { isInText, isEscaped } = this.#states.state;
    for (const character of text) {
      if (isEscaped) isEscaped = false;
      else if (character === '"') isInText = !isInText;
      else isEscaped = isInText && character === "\\";
    }
    this.#states.state = { isInText, isEscaped };
  }

  mark(mark: Mark): void {
    const { isInText, isEscaped } = this.#states.state;
    if (isEscaped) this.faults.push({ at: mark, message: "Nothing can stand directly behind a backslash: write it twice." });
    if (mark.kind === "print") this.places.set(mark, isInText ? "jsonText" : "jsonValue");
    else if (!this.#states.edge(mark)) {
      const message = "Expected every part of this block to end inside a text of the JSON, or every one outside.";
      this.faults.push({ at: mark, message });
    }
  }
}

function join(one: State, other: State): State | null {
  return one.isInText === other.isInText && one.isEscaped === other.isEscaped ? one : null;
}
