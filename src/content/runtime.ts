import { invariant } from "../base/index.ts";
import type { RenderData } from "./compiled-content.ts";
import { ErrorValue, kindOf, type Reason } from "./error-value.ts";
import { createFirstTime } from "./functions/first-time.ts";
import type { FunctionContext } from "./functions/function-context.ts";
import { readArguments } from "./functions/read-arguments.ts";
import { functions, type Prepared } from "./functions/registry.ts";
import { limits } from "./limits.ts";
import { createMessageRandom } from "./message-random.ts";
import { type GuardedPlace, guardText } from "./print-place.ts";
import { RenderFault } from "./render-fault.ts";
import type { ArithmeticOperator } from "./tree.ts";
import {
  calculate,
  compares,
  equals,
  type Incomparable,
  isBlank,
  isNothing,
  isTrue,
  type OrderOperator,
  toNumber,
  toResult,
  toText,
} from "./values.ts";

/** What texts that are compared cost. */
const charactersPerStep = 16;

export type RuntimeOptions = {
  /** Whether what is printed has to be there and readable. If not, an expression without a value gives nothing. */
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
  /** Why the recipient cannot get what was rendered so far. */
  #reasons: Map<string, Reason> | null = null;
  #work = 0;
  /** What the present field may print. */
  #outputMax: number = limits.outputCharactersMax;
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

  /** Of the field that was just rendered; the next field starts afresh. */
  takeReasons(): ReadonlyMap<string, Reason> | null {
    const reasons = this.#reasons;
    this.#reasons = null;
    return reasons;
  }

  /** A part of an object or list: its own, never one that it inherits. A name goes through a list, to that part of each item. */
  own(value: unknown, key: string | number): unknown {
    if (typeof value !== "object" || value === null) return undefined;
    if (Object.hasOwn(value, key)) return (value as Record<string | number, unknown>)[key];
    if (Array.isArray(value)) return this.#ownOfItems(value, key);
    return value instanceof ErrorValue ? value : undefined;
  }

  /** A value of the context on its way to being printed. */
  need(value: unknown, name: string): unknown {
    return this.#isStrict && isNothing(value) ? ErrorValue.of({ kind: "missing", name }) : value;
  }

  /** A `let` that decides. */
  deciding(value: unknown): unknown {
    return value instanceof ErrorValue ? value.whereItDecides() : value;
  }

  /** A list that is written in the template. */
  list(items: readonly unknown[]): unknown {
    return ErrorValue.together(items) ?? items;
  }

  /** `length`: of what is printed so far, escaped. */
  text(value: unknown, at: number, length: number): string {
    const text = typeof value === "string" ? value : this.#toPrintedText(value, at);
    if (length + text.length > this.#outputMax) this.checkOutput(length + text.length, at);
    return text;
  }

  /** A value on its way to a place of the html where escaping alone does not hold it. */
  guard(place: GuardedPlace, value: unknown, at: number): string {
    return guardText(place, this.#toPrintedText(value, at));
  }

  /** A value on its way to where nobody reads it. */
  unread(value: unknown): string {
    return toText(value);
  }

  /** The items to go through. `steps` is the size of the loop's body. */
  items(value: unknown, steps: number, at: number): readonly unknown[] {
    if (!Array.isArray(value)) {
      if (!isNothing(value)) this.#note(this.#errorOf(value, { at, needs: "a list" }));
      return [];
    }
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
      const values = readArguments(definition, args, context);
      return values instanceof ErrorValue ? values : definition.apply(context, ...values);
    } catch (cause) {
      if (cause instanceof RenderFault) throw cause;
      throw new RenderFault(`the function ${name} failed`, at, cause);
    }
  }

  /** A call whose result will be printed: of arguments that are all there, nothing may come. */
  callToPrint(name: string, at: number, ...args: unknown[]): unknown {
    const result = this.call(name, at, ...args);
    return isNothing(result) && !args.some(isNothing) ? this.#noResult(at) : result;
  }

  /** What was found inside something, on its way to being printed. */
  result(value: unknown, at: number): unknown {
    return isNothing(value) ? this.#noResult(at) : value;
  }

  truth(value: unknown): boolean {
    if (!(value instanceof ErrorValue)) return isTrue(value);
    this.#note(value);
    return false;
  }

  present(value: unknown): boolean {
    if (!(value instanceof ErrorValue)) return !isNothing(value);
    this.#note(value);
    return false;
  }

  /** Whether a fallback has to take the place of this value. */
  lacks(value: unknown): boolean {
    return isBlank(value) || value instanceof ErrorValue;
  }

  equal(left: unknown, right: unknown, at: number): unknown {
    const error = ErrorValue.together([left, right]);
    if (error) return isNothing(left) || isNothing(right) ? true : error;
    this.#chargeComparison(left, right, at);
    return this.#answer(equals(left, right), at);
  }

  differ(left: unknown, right: unknown, at: number): unknown {
    const isEqual = this.equal(left, right, at);
    return typeof isEqual === "boolean" ? !isEqual : isEqual;
  }

  compare(operator: OrderOperator, left: unknown, right: unknown, at: number): unknown {
    const error = ErrorValue.together([left, right]);
    if (error) return error;
    this.#chargeComparison(left, right, at);
    return this.#answer(compares(operator, left, right), at);
  }

  calculate(operator: ArithmeticOperator, left: unknown, right: unknown, at: number): unknown {
    const [a, b] = [toNumber(left), toNumber(right)];
    const result = toResult(calculate(operator, a, b));
    if (result !== undefined) return result;
    const error = ErrorValue.together([this.#numberError(left, { at, index: 0 }), this.#numberError(right, { at, index: 1 })]);
    if (error) return error;
    if (isNothing(left) || isNothing(right)) return undefined;
    return this.#unreadable({ at, index: 1, value: right, needs: b === 0 ? "a number other than 0" : "a smaller number" });
  }

  negate(value: unknown, at: number): unknown {
    return this.#numberError(value, { at, index: 0 }) ?? toResult(-toNumber(value));
  }

  #numberError(value: unknown, place: { readonly at: number; readonly index: number }): ErrorValue | undefined {
    if (value instanceof ErrorValue) return value;
    const isReadable = isNothing(value) || !Number.isNaN(toNumber(value));
    return isReadable ? undefined : this.#unreadable({ ...place, value, needs: "a number" });
  }

  #answer(answer: boolean | Incomparable, at: number): unknown {
    return typeof answer === "boolean" ? answer : (this.#unreadable({ at, ...answer }) ?? false);
  }

  #toPrintedText(value: unknown, at: number): string {
    if (typeof value === "number") return String(value);
    if (typeof value === "object" && value !== null) this.#note(this.#errorOf(value, { at, needs: "a text" }));
    return toText(value);
  }

  /** Lists inside the items are laid together, so that `orders.items.price` is one list. Nothing when no item has the part. */
  #ownOfItems(items: readonly unknown[], key: string | number): unknown {
    if (typeof key === "number" || /^\d+$/.test(key)) return undefined;
    const parts: unknown[] = [];
    for (const item of items) {
      const part = Array.isArray(item) ? undefined : this.own(item, key);
      this.#charge(1 + lengthOf(part), 0);
      if (Array.isArray(part)) for (const inner of part) parts.push(inner);
      else parts.push(part);
    }
    return items.length > 0 && parts.every(isNothing) ? undefined : parts;
  }

  #note(error: unknown): void {
    if (!(error instanceof ErrorValue)) return;
    this.#charge(error.reasons.size, 0);
    this.#reasons ??= new Map();
    for (const [key, reason] of error.reasons) this.#reasons.set(key, reason);
  }

  #errorOf(value: unknown, reason: { readonly at: number; readonly needs: string }): ErrorValue | undefined {
    return value instanceof ErrorValue ? value : this.#unreadable({ index: 0, value, ...reason });
  }

  #unreadable({ value, ...reason }: { at: number; index: number; value: unknown; needs: string }): ErrorValue | undefined {
    return this.#isStrict ? ErrorValue.of({ kind: "unreadable", found: kindOf(value), ...reason }) : undefined;
  }

  #noResult(at: number): ErrorValue | undefined {
    return this.#isStrict ? ErrorValue.of({ kind: "no-result", at }) : undefined;
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
      unreadable: (index, found, needs) =>
        this.#isStrict ? ErrorValue.of({ kind: "unreadable", at: this.#calledAt, index, found, needs }) : undefined,
      prepared,
    };
  }

  #chargeComparison(left: unknown, right: unknown, at: number): void {
    if (typeof left === "string" && typeof right === "string")
      this.#charge(Math.min(left.length, right.length) / charactersPerStep, at);
    else if (Array.isArray(left) || Array.isArray(right)) this.#charge(lengthOf(left) + lengthOf(right), at);
  }

  #charge(steps: number, at: number): void {
    this.#work += steps;
    if (this.#work > limits.workMax) throw new RenderFault("the template does too much work for this recipient's data", at);
  }
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function outputFault(at: number): RenderFault {
  return new RenderFault(`the text grows over ${limits.outputCharactersMax} characters`, at);
}
