import type { Prepared } from "./prepared.ts";

/** What a function may use beside its arguments. */
export type FunctionContext = {
  /** The present instant, in milliseconds since 1970: the same in the whole of a rendering. */
  readonly now: number;
  /** From 0 to 1, without 1. The same message draws the same numbers however often it is rendered. */
  readonly random: () => number;
  /** Counts work that is more than reading the arguments, and ends the rendering when it is too much. */
  readonly charge: (steps: number) => void;
  /** Ends the rendering before a text is made that is longer than a rendering may be. */
  readonly checkLength: (characters: number) => void;
  readonly prepared: Prepared;
};
