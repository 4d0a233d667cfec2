import { ErrorValue, kindOf } from "../error-value.ts";
import { isNothing, toNumber, toResult } from "../values.ts";
import { defineFunction } from "./define-function.ts";
import type { FunctionContext } from "./function-context.ts";
import { holds, Members } from "./members.ts";

type List = readonly unknown[] | null;

/** Functions on lists. What is no list counts as an empty one. */
export const listFunctions = [
  defineFunction({
    name: "head",
    parameters: ["list: list"],
    returns: "any",
    gives: "item",
    doc: "The first item; nothing of an empty list.",
    example: ['head(["red", "green"])', "red"],
    apply: (list) => list?.[0],
  }),
  defineFunction({
    name: "distinct",
    parameters: ["list: list"],
    returns: "list",
    gives: "items",
    doc: "The items without those that equal an earlier one.",
    example: ['join(distinct([1, 2, 1]), " ")', "1 2"],
    apply: (list) => distinct(list),
  }),
  defineFunction({
    name: "topN",
    parameters: ["list: list", "property: text", "amount: number"],
    returns: "list",
    gives: "items",
    doc: 'So many items with the largest numbers in a property, the largest first; "" takes the items themselves for the numbers.',
    example: ['join(topN([3, 9, 5], "", 2), " ")', "9 5"],
    applyIn: (context, list, property, amount) => firstOf(context, list, { property, amount, sign: -1 }),
  }),
  defineFunction({
    name: "bottomN",
    parameters: ["list: list", "property: text", "amount: number"],
    returns: "list",
    gives: "items",
    doc: 'So many items with the smallest numbers in a property, the smallest first; "" takes the items themselves for the numbers.',
    example: ['join(bottomN([3, 9, 5], "", 2), " ")', "3 5"],
    applyIn: (context, list, property, amount) => firstOf(context, list, { property, amount, sign: 1 }),
  }),
  defineFunction({
    name: "in",
    parameters: ["value: any", "list: list"],
    returns: "boolean",
    doc: "Whether the value is in the list; false when there is no value or no list.",
    example: ["in(6, [3, 6, 9])", "true"],
    apply: (value, list) => !isNothing(value) && holds(list, value),
  }),
  defineFunction({
    name: "notIn",
    parameters: ["value: any", "list: list"],
    returns: "boolean",
    doc: "Whether the value is not in the list; false, too, when there is no value or no list.",
    example: ["notIn(7, [3, 6, 9])", "true"],
    apply: (value, list) => !isNothing(value) && list !== null && !holds(list, value),
  }),
  defineFunction({
    name: "includes",
    parameters: ["list: list", "value: any"],
    returns: "boolean",
    doc: "Whether the list holds the value, which may be nothing.",
    example: ['includes(["red", "green"], "red")', "true"],
    apply: (list, value) => holds(list, value),
  }),
  defineFunction({
    name: "intersects",
    parameters: ["list: list", "other: list"],
    returns: "boolean",
    doc: "Whether the lists have an item in common.",
    example: ["intersects([1, 2], [2, 3])", "true"],
    apply: (list, other) => {
      const members = new Members(other ?? []);
      return list?.some((item) => members.has(item)) === true;
    },
  }),
  defineFunction({
    name: "subsetOf",
    parameters: ["list: list", "other: list"],
    returns: "boolean",
    doc: "Whether every item of the list is in the other, which an empty list always is; false when there is no list.",
    example: ["subsetOf([1, 2], [1, 2, 3])", "true"],
    apply: isSubset,
  }),
  defineFunction({
    name: "supersetOf",
    parameters: ["list: list", "other: list"],
    returns: "boolean",
    doc: "Whether the list holds every item of the other; false when there is no list.",
    example: ["supersetOf([1, 2, 3], [1, 2])", "true"],
    apply: (list, other) => isSubset(other, list),
  }),
  defineFunction({
    name: "countOnlyNull",
    parameters: ["list: list"],
    returns: "number",
    asks: true,
    doc: "The number of items that are nothing.",
    example: ["countOnlyNull([4, profile.none, 0])", "1"],
    apply: (list) => (list ?? []).filter(isNothing).length,
  }),
  defineFunction({
    name: "countWithNull",
    parameters: ["list: list"],
    returns: "number",
    asks: true,
    doc: "The number of items, with those that are nothing.",
    example: ["countWithNull([4, profile.none, 0])", "3"],
    apply: (list) => list?.length ?? 0,
  }),
  defineFunction({
    name: "distinctCountWithNull",
    parameters: ["list: list"],
    returns: "number",
    asks: true,
    doc: "The number of different items; nothing counts as one of them.",
    example: ["distinctCountWithNull([10, 2, 10, profile.none])", "3"],
    apply: (list) => distinct(list).length,
  }),
];

/** Functions that make one number of the numbers in a list. */
export const aggregationFunctions = [
  defineFunction({
    name: "count",
    parameters: ["list: list"],
    returns: "number",
    doc: "The number of items, without those that are nothing; 0 when there is no list.",
    example: ['count(["a", "b"])', "2"],
    apply: (list) => (list ?? []).filter((item) => !isNothing(item)).length,
  }),
  defineFunction({
    name: "sum",
    parameters: ["list: list", "property?: text"],
    returns: "number",
    doc: "The sum of the numbers in a list, or in a property of its items; 0 without numbers.",
    example: ["sum([0.1, 0.2])", "0.3"],
    applyIn: (context, list, property) => ofNumbers(context, list, { property, make: sum }),
  }),
  defineFunction({
    name: "average",
    parameters: ["list: list", "property?: text"],
    returns: "number",
    doc: "The mean of the numbers in a list, or in a property of its items; nothing without numbers.",
    example: ["average([1, 2, 6])", "3"],
    applyIn: (context, list, property) =>
      ofNumbers(context, list, { property, make: (numbers) => sum(numbers) / numbers.length }),
  }),
  defineFunction({
    name: "max",
    parameters: ["list: list", "property?: text"],
    returns: "number",
    doc: "The largest number in a list, or in a property of its items; nothing without numbers.",
    example: ["max([3, 9, 5])", "9"],
    applyIn: (context, list, property) => ofNumbers(context, list, { property, make: (numbers) => best(numbers, Math.max) }),
  }),
  defineFunction({
    name: "min",
    parameters: ["list: list", "property?: text"],
    returns: "number",
    doc: "The smallest number in a list, or in a property of its items; nothing without numbers.",
    example: ["min([3, 9, 5])", "3"],
    applyIn: (context, list, property) => ofNumbers(context, list, { property, make: (numbers) => best(numbers, Math.min) }),
  }),
];

function distinct(list: List): unknown[] {
  const members = new Members();
  return (list ?? []).filter((item) => {
    if (members.has(item)) return false;
    members.add(item);
    return true;
  });
}

function isSubset(list: List, other: List): boolean {
  if (list === null || other === null) return false;
  const members = new Members(other);
  return list.every((item) => members.has(item));
}

type Order = { readonly property: string; readonly amount: number; readonly sign: 1 | -1 };

/** Items without a number come last, in whichever direction; the order of equal ones stays. */
function firstOf(context: FunctionContext, list: List, { property, amount, sign }: Order): unknown {
  const numbers = numbersOf(context, list, property);
  if (numbers instanceof ErrorValue) return numbers;
  const items = numbers.map((number, index) => ({ item: list?.[index], number }));
  context.charge(items.length * Math.log2(items.length + 1));
  const known = items.filter(({ number }) => number !== null);
  const unknown = items.filter(({ number }) => number === null);
  const sorted = [...known.sort((a, b) => (Number(a.number) - Number(b.number)) * sign), ...unknown];
  return sorted.slice(0, amount > 0 ? Math.trunc(amount) : 0).map(({ item }) => item);
}

type Aggregation = { readonly property: string | undefined; readonly make: (numbers: readonly number[]) => number };

function ofNumbers(context: FunctionContext, list: List, { property, make }: Aggregation): unknown {
  const numbers = numbersOf(context, list, property);
  if (numbers instanceof ErrorValue) return numbers;
  return toResult(make(numbers.filter((number) => number !== null)));
}

/** Of each item, null where there is none; what is there and no number would make a wrong sum, or a wrong order. */
function numbersOf(context: FunctionContext, list: List, property = ""): (number | null)[] | ErrorValue {
  const numbers: (number | null)[] = [];
  for (const item of list ?? []) {
    if (property !== "" && !mayHaveParts(item)) {
      const error = context.unreadable(0, `a list with ${kindOf(item)}`, "objects");
      if (error) return error;
    }
    const value = property === "" ? item : ownOf(item, property);
    const number = toNumber(value);
    const error = Number.isNaN(number) && !isNothing(value) && context.unreadable(0, `a list with ${kindOf(value)}`, "numbers");
    if (error) return error;
    numbers.push(Number.isNaN(number) ? null : number);
  }
  return numbers;
}

function mayHaveParts(item: unknown): boolean {
  return isNothing(item) || (typeof item === "object" && !Array.isArray(item));
}

function ownOf(item: unknown, property: string): unknown {
  if (typeof item !== "object" || item === null || !Object.hasOwn(item, property)) return undefined;
  return (item as Record<string, unknown>)[property];
}

/** 0 of no numbers. */
function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Not `Math.max(...numbers)`: a long list overflows the stack. NaN of no numbers. */
function best(numbers: readonly number[], better: (a: number, b: number) => number): number {
  return numbers.length === 0 ? Number.NaN : numbers.reduce((a, b) => better(a, b));
}
