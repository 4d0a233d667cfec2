import type { ComparisonOperator } from "./tree.ts";

const numeric = /^[+-]?\d{1,30}(?:\.\d{1,30})?$/;

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

/** Numbers and text that is a number compare as numbers, a boolean and text as text; objects and lists equal nothing. */
export function areEqual(left: unknown, right: unknown): boolean {
  if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right);
  if (typeof left === "object" || typeof right === "object") return false;
  if (typeof left === typeof right) return left === right;
  if (typeof left === "number" || typeof right === "number") return toNumber(left) === toNumber(right);
  return toText(left) === toText(right);
}

/** False where two values have no order: nothing, booleans, lists, or text beside a number. */
export function compares(operator: Exclude<ComparisonOperator, "=" | "!=">, left: unknown, right: unknown): boolean {
  const [a, b] = [toNumber(left), toNumber(right)];
  if (!Number.isNaN(a) && !Number.isNaN(b)) return ordered(operator, a, b);
  if (typeof left === "string" && typeof right === "string") return ordered(operator, left, right);
  return false;
}

function ordered<T extends number | string>(operator: Exclude<ComparisonOperator, "=" | "!=">, left: T, right: T): boolean {
  if (operator === ">") return left > right;
  if (operator === ">=") return left >= right;
  return operator === "<" ? left < right : left <= right;
}

/** Sums of prices should print as people write them: fifteen digits hide what binary fractions add (0.1 + 0.2). */
export function toResult(number: number): number | undefined {
  return Number.isFinite(number) ? Number(number.toPrecision(15)) : undefined;
}
