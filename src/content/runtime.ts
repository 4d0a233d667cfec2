import { invariant } from "../base/index.ts";
import type { RenderData } from "./compiled-content.ts";
import { createFirstTime } from "./functions/first-time.ts";
import type { FunctionContext } from "./functions/function-context.ts";
import { readArguments } from "./functions/read-arguments.ts";
import { functions, type Prepared } from "./functions/registry.ts";
import { limits } from "./limits.ts";
import { createMessageRandom } from "./message-random.ts";
import { type GuardedPlace, guardText } from "./print-place.ts";
import { areEqual, compares, isNothing, isTrue, toNumber, toResult, toText } from "./values.ts";

/** What a recipient's data made impossible, at a character of the template. */
export class RenderFault extends Error {
  override name = "RenderFault";
  readonly at: number;

  constructor(message: string, at: number, cause?: unknown) {
    super(message, { cause });
    this.at = at;
  }
}

/** What texts that are compared cost. */
const charactersPerStep = 16;

export type RuntimeOptions = {
  /** Whether variables of the context that are printed and not there are noted. */
  readonly isStrict: boolean;
  readonly prepared: Prepared;
};

/**
 * All that generated code can reach: `__rt` is one of these, and every name in that code is one of its
 * members. One is made for each message; it holds the recipient's data and what the rendering found out.
 */
export class Runtime {
  readonly profile: unknown;
  readonly context: unknown;
  readonly message: unknown;
  readonly #isStrict: boolean;
  /** Printed variables of the context that are not there. */
  #missing: Set<string> | null = null;
  #missingOutside: Set<string> | null = null;
  #work = 0;
  /** What the present field may print. */
  #outputMax: number = limits.outputCharactersMax;
  #given: unknown;
  /** Where the function at work is called. */
  #calledAt = 0;
  readonly #data: RenderData;
  readonly #prepared: Prepared;
  /** Made only when a function is called: it costs as much as the rest of a short message. */
  #functionContext: FunctionContext | null = null;

  constructor(data: RenderData, { isStrict, prepared }: RuntimeOptions) {
    this.profile = data.profile;
    this.context = data.context;
    this.message = data.message;
    this.#isStrict = isStrict;
    this.#data = data;
    this.#prepared = prepared;
  }

  /** The next field may print what is left of the message, and no more than one field may. */
  limitOutput(leftOfMessage: number): void {
    this.#outputMax = Math.min(limits.outputCharactersMax, leftOfMessage);
  }

  /** The missing variables of the field that was just rendered; the next field starts afresh. */
  takeMissing(): ReadonlySet<string> | null {
    const missing = this.#missing;
    this.#missing = null;
    return missing;
  }

  /** A part of an object or list: its own, never one that it inherits. */
  own(value: unknown, key: string | number): unknown {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<string | number, unknown>)[key];
  }

  /** A value of the context on its way to being printed. */
  need(value: unknown, name: string): unknown {
    if (this.#isStrict && isNothing(value)) {
      this.#missing ??= new Set();
      this.#missing.add(name);
    }
    return value;
  }

  /** From here to `held`, what is missing belongs to a `let`, and counts only where that is printed. */
  hold(): void {
    this.#missingOutside = this.#missing;
    this.#missing = null;
  }

  held(): Set<string> | null {
    const missing = this.#missing;
    this.#missing = this.#missingOutside;
    return missing;
  }

  /** A `let` on its way to being printed: what its value lacked is missing here. */
  carry(value: unknown, missing: Set<string> | null): unknown {
    if (missing === null) return value;
    this.#charge(missing.size, 0);
    this.#missing ??= new Set();
    for (const name of missing) this.#missing.add(name);
    return value;
  }

  /** `length`: of what is printed so far, escaped. */
  text(value: unknown, at: number, length: number): string {
    const text = typeof value === "string" ? value : toText(value);
    this.checkOutput(length + text.length, at);
    return text;
  }

  /** A value on its way to a place of the html where escaping alone does not hold it. */
  guard(place: GuardedPlace, value: unknown): string {
    return guardText(place, toText(value));
  }

  /** The items to go through. `steps` is the size of the loop's body. */
  items(value: unknown, steps: number, at: number): readonly unknown[] {
    if (!Array.isArray(value)) return [];
    if (value.length > limits.loopItemsMax)
      throw new RenderFault(`the list has ${value.length} items, more than ${limits.loopItemsMax}`, at);
    this.#charge(value.length * steps, at);
    return value;
  }

  checkOutput(length: number, at: number): void {
    if (length <= this.#outputMax) return;
    if (length > limits.outputCharactersMax) throw outputFault(at);
    throw new RenderFault(`the message grows over ${limits.messageCharactersMax} characters`, at);
  }

  call(name: string, at: number, ...args: unknown[]): unknown {
    const definition = functions.get(name);
    invariant(definition, `a template was compiled with the unknown function ${name}`);
    this.#calledAt = at;
    this.#functionContext ??= this.#createFunctionContext(this.#data, this.#prepared);
    const context = this.#functionContext;
    try {
      return definition.apply(context, ...readArguments(definition, args, context));
    } catch (cause) {
      if (cause instanceof RenderFault) throw cause;
      throw new RenderFault(`the function ${name} failed`, at, cause);
    }
  }

  truth(value: unknown): boolean {
    return isTrue(value);
  }

  present(value: unknown): boolean {
    return !isNothing(value);
  }

  /** Whether a fallback has to take the place of this value; if not, `given` is called next, and gives it. */
  lacks(value: unknown): boolean {
    this.#given = value;
    return isNothing(value) || value === "";
  }

  given(): unknown {
    return this.#given;
  }

  equal(left: unknown, right: unknown, at: number): boolean {
    this.#chargeTexts(left, right, at);
    return areEqual(left, right);
  }

  more(left: unknown, right: unknown, at: number): boolean {
    this.#chargeTexts(left, right, at);
    return compares(">", left, right);
  }

  less(left: unknown, right: unknown, at: number): boolean {
    this.#chargeTexts(left, right, at);
    return compares("<", left, right);
  }

  atLeast(left: unknown, right: unknown, at: number): boolean {
    this.#chargeTexts(left, right, at);
    return compares(">=", left, right);
  }

  atMost(left: unknown, right: unknown, at: number): boolean {
    this.#chargeTexts(left, right, at);
    return compares("<=", left, right);
  }

  add(left: unknown, right: unknown): number | undefined {
    return toResult(toNumber(left) + toNumber(right));
  }

  subtract(left: unknown, right: unknown): number | undefined {
    return toResult(toNumber(left) - toNumber(right));
  }

  multiply(left: unknown, right: unknown): number | undefined {
    return toResult(toNumber(left) * toNumber(right));
  }

  divide(left: unknown, right: unknown): number | undefined {
    return toResult(toNumber(left) / toNumber(right));
  }

  remainder(left: unknown, right: unknown): number | undefined {
    return toResult(toNumber(left) % toNumber(right));
  }

  negate(value: unknown): number | undefined {
    return toResult(-toNumber(value));
  }

  #createFunctionContext(data: RenderData, prepared: Prepared): FunctionContext {
    let random: (() => number) | null = null;
    const charge = (steps: number): void => this.#charge(steps, this.#calledAt);
    return {
      ...createFirstTime(charge),
      now: data.now.getTime(),
      random: () => {
        random ??= createMessageRandom(data.message.id);
        return random();
      },
      charge,
      checkLength: (characters) => {
        if (characters > limits.outputCharactersMax) throw outputFault(this.#calledAt);
      },
      prepared,
    };
  }

  #chargeTexts(left: unknown, right: unknown, at: number): void {
    if (typeof left === "string" && typeof right === "string")
      this.#charge(Math.min(left.length, right.length) / charactersPerStep, at);
  }

  #charge(steps: number, at: number): void {
    this.#work += steps;
    if (this.#work > limits.workMax) throw new RenderFault("the template does too much work for this recipient's data", at);
  }
}

function outputFault(at: number): RenderFault {
  return new RenderFault(`the text grows over ${limits.outputCharactersMax} characters`, at);
}
