import type { ErrorValue } from "../error-value.ts";
import type { Prepared } from "./prepared.ts";

/** What a function may use beside its arguments. */
export type FunctionContext = {
  /** The present instant, in milliseconds since 1970: the same in the whole of a rendering. */
  readonly now: number;
  /** From 0 to 1, without 1. The same message draws the same numbers however often it is rendered. */
  readonly random: () => number;
  /** Counts work that is more than reading the arguments, and ends the rendering when it is too much. */
  readonly charge: (steps: number) => void;
  /** The same for what is slow the first time only: a locale, a zone. A name that this rendering met before costs nothing. */
  readonly chargeNew: (name: string, steps: number) => void;
  /** Whether an object has no keys. Counting them is charged, and done, once for each object of a rendering. */
  readonly isEmptyObject: (object: object) => boolean;
  /** Ends the rendering before a text is made that is longer than a rendering may be. */
  readonly checkLength: (characters: number) => void;
  /**
   * What a function gives when the argument at `index` is there, but is none of what it `needs`; `found` names the kind of
   * it, never the value. Nothing (`undefined`) where a campaign chose to print nothing then.
   */
  readonly unreadable: (index: number, found: string, needs: string) => ErrorValue | undefined;
  readonly prepared: Prepared;
};
