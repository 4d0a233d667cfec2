import { unreachable } from "../base/index.ts";
import type { ArithmeticOperator, ComparisonOperator } from "./tree.ts";

export type OrderOperator = Exclude<ComparisonOperator, "=" | "!=">;
/** Two values that cannot be compared: which of them is at fault, and what it would have to be. */
export type Incomparable = { readonly index: 0 | 1; readonly value: unknown; readonly needs: string };

const numeric = /^[+-]?\d{1,30}(?:\.\d{1,30})?$/;
const oneValue = "a text, a number or a boolean";
const textOrNumber = "a text or a number";

/** The printed form: functions, symbols, objects and lists print nothing. */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** Context values often are digits in a string, so those count as numbers; everything else is NaN. */
export function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && numeric.test(value) ? Number(value) : Number.NaN;
}

/** Nothing, false, 0, an empty text and an empty list are false. */
export function isTrue(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

export function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** Nothing, or an empty text: what a fallback takes the place of. */
export function isBlank(value: unknown): boolean {
  return isNothing(value) || value === "";
}

/** Numbers and text that is a number compare as numbers, a boolean and text as text; objects and lists equal nothing. */
export function areEqual(left: unknown, right: unknown): boolean {
  if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right);
  if (typeof left === "object" || typeof right === "object") return false;
  if (typeof left === typeof right) return left === right;
  if (typeof left === "number" || typeof right === "number") return toNumber(left) === toNumber(right);
  return toText(left) === toText(right);
}

/** As `areEqual`; a list beside one value equals it when one of its items does. */
export function equals(left: unknown, right: unknown): boolean | Incomparable {
  if (isNothing(left) || isNothing(right)) return areEqual(left, right);
  if (typeof left !== "object" && typeof right !== "object") return areEqual(left, right);
  if (Array.isArray(left) && typeof right !== "object") return left.some((item) => areEqual(item, right));
  if (Array.isArray(right) && typeof left !== "object") return right.some((item) => areEqual(left, item));
  return incomparable(left, right, typeof left === "object" && !(Array.isArray(left) && !Array.isArray(right)) ? 0 : 1);
}

/** Two numbers, or two texts. Nothing and an empty text have no order, and that is false; a list fits when an item does. */
export function compares(operator: OrderOperator, left: unknown, right: unknown): boolean | Incomparable {
  if (Array.isArray(left) && typeof right !== "object") return anyOf(left, (item) => comparesOne(operator, item, right));
  if (Array.isArray(right) && typeof left !== "object") return anyOf(right, (item) => comparesOne(operator, left, item));
  return comparesOne(operator, left, right);
}

function comparesOne(operator: OrderOperator, left: unknown, right: unknown): boolean | Incomparable {
  if (isNothing(left) || isNothing(right)) return false;
  const [a, b] = [toNumber(left), toNumber(right)];
  if (!Number.isNaN(a) && !Number.isNaN(b)) return ordered(operator, a, b);
  if (typeof left === "string" && typeof right === "string") return ordered(operator, left, right);
  if (left === "" || right === "") return false;
  if (typeof left !== "string" && typeof left !== "number") return incomparable(left, right, 0, textOrNumber);
  if (typeof right !== "string" && typeof right !== "number") return incomparable(left, right, 1, textOrNumber);
  return incomparable(left, right, Number.isNaN(a) ? 0 : 1, "a number");
}

function anyOf(items: readonly unknown[], fits: (item: unknown) => boolean | Incomparable): boolean | Incomparable {
  let fault: Incomparable | null = null;
  for (const item of items) {
    const result = fits(item);
    if (result === true) return true;
    if (result !== false) fault ??= result;
  }
  return fault ?? false;
}

function incomparable(left: unknown, right: unknown, index: 0 | 1, needs = oneValue): Incomparable {
  return { index, value: index === 0 ? left : right, needs };
}

function ordered<T extends number | string>(operator: OrderOperator, left: T, right: T): boolean {
  if (operator === ">") return left > right;
  if (operator === ">=") return left >= right;
  return operator === "<" ? left < right : left <= right;
}

export function calculate(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    default:
      return unreachable(operator);
  }
}

/** Sums of prices should print as people write them: fifteen digits hide what binary fractions add (0.1 + 0.2). */
export function toResult(number: number): number | undefined {
  return Number.isFinite(number) ? Number(number.toPrecision(15)) : undefined;
}
