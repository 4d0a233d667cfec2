import type { Mark } from "./html-source.ts";

type Frame<State> = { readonly isLoop: boolean; readonly entry: State; readonly exits: State[]; hasElse: boolean };

/**
 * The state of a reading along the blocks of a text: every way through a block has to end in a state that can be joined
 * with those of the others, so that what stands behind it is at one place only.
 */
export class BlockStates<State> {
  state: State;
  readonly #frames: Frame<State>[] = [];
  readonly #join: (one: State, other: State) => State | null;

  /** `join` gives null where two states cannot be one. */
  constructor(start: State, join: (one: State, other: State) => State | null) {
    this.state = start;
    this.#join = join;
  }

  /** The edge of a block; false where its ways end in states that cannot be joined. */
  edge({ kind }: Mark): boolean {
    if (kind === "open" || kind === "loop")
      this.#frames.push({ isLoop: kind === "loop", entry: this.state, exits: [], hasElse: false });
    else if (kind === "close") return this.#close();
    else if (kind === "else" || kind === "else-if") this.#turn(kind === "else");
    return true;
  }

  #turn(isElse: boolean): void {
    const frame = this.#frames.at(-1);
    if (!frame) return;
    frame.exits.push(this.state);
    frame.hasElse ||= isElse;
    this.state = frame.entry;
  }

  #close(): boolean {
    const frame = this.#frames.pop();
    if (!frame) return true;
    const ways = [...frame.exits, ...(frame.hasElse && !frame.isLoop ? [] : [frame.entry])];
    const joined = ways.reduce<State | null>((state, way) => state && this.#join(state, way), this.state);
    this.state = joined ?? this.state;
    return joined !== null;
  }
}
