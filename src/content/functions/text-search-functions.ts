import { kindOf } from "../error-value.ts";
import { compares, equals, isNothing } from "../values.ts";
import { charactersOf, countCharacters } from "./characters.ts";
import { defineFunction } from "./define-function.ts";
import type { FunctionContext } from "./function-context.ts";
import { findGroups, findMatches, likePattern, type Pattern } from "./pattern.ts";
import { chargeSearch, foldCase } from "./texts.ts";

/** Functions that look for something in a text, or compare texts. */
export const textSearchFunctions = [
  ...tests("contains", "doesNotContain", "holds the part", contains, ['"2010@gm.com", "2010@gm"', '"Ann", "a", false']),
  ...tests("startsWith", "doesNotStartWith", "begins with the part", startsWith, ['"Joanna", "Jo"', '"Joanna", "JO", false']),
  ...tests("endsWith", "doesNotEndWith", "ends with the part", endsWith, ['"a@x.com", ".com"', '"a@x.com", ".COM", false']),
  defineFunction({
    name: "equals",
    parameters: ["text: text", "other: text"],
    returns: "boolean",
    doc: "Whether both texts are the same.",
    example: ['equals("Ann", "ann")', "false"],
    apply: (text, other) => text === other,
  }),
  defineFunction({
    name: "notEqualTo",
    parameters: ["text: text", "other: text"],
    returns: "boolean",
    doc: "Whether the texts differ.",
    example: ['notEqualTo("Ann", "ann")', "true"],
    apply: (text, other) => text !== other,
  }),
  defineFunction({
    name: "equalsIgnoreCase",
    parameters: ["text: text", "other: text"],
    returns: "boolean",
    doc: "Whether both texts are the same, capital or small.",
    example: ['equalsIgnoreCase("Ann", "ANN")', "true"],
    apply: (text, other) => foldCase(text) === foldCase(other),
  }),
  defineFunction({
    name: "notEqualWithIgnoreCase",
    parameters: ["text: text", "other: text"],
    returns: "boolean",
    doc: "Whether the texts differ in more than capital and small letters.",
    example: ['notEqualWithIgnoreCase("Ann", "ANN")', "false"],
    apply: (text, other) => foldCase(text) !== foldCase(other),
  }),
  defineFunction({
    name: "equalsAnyIgnoreCase",
    parameters: ["text: text", "first: text", "...more: text"],
    argumentsMax: 11,
    returns: "boolean",
    doc: "Whether the text is one of up to ten others, capital or small.",
    example: ['equalsAnyIgnoreCase("Icon", "icon", "luminary")', "true"],
    apply: (text, ...others) => others.some((other) => foldCase(text) === foldCase(other)),
  }),
  defineFunction({
    name: "compareTo",
    parameters: ["text: text", "other: text"],
    returns: "number",
    doc: "-1, 0 or 1: whether the text comes before the other, is the same, or comes after it, by character codes.",
    example: ['compareTo("apple", "banana")', "-1"],
    apply: (text, other) => (text < other ? -1 : text > other ? 1 : 0),
  }),
  defineFunction({
    name: "ampCompare",
    parameters: ["value: any", "other: any", "operator: number"],
    returns: "boolean",
    doc: "Compares by a number: 1 is =, 2 is !=, 3 is >, 4 is >=, 5 is <, 6 is <=.",
    example: ["ampCompare(42, 18, 4)", "true"],
    applyIn: ampCompare,
  }),
  defineFunction({
    name: "indexOf",
    parameters: ["text: text", "part: text"],
    returns: "number",
    doc: "Where the part first begins, counted from 0; -1 when it is not there.",
    example: ['indexOf("hello world", "world")', "6"],
    applyIn: (context, text, part) => {
      chargeSearch(context, text, part);
      return countCharacters(context, text, text.indexOf(part));
    },
  }),
  defineFunction({
    name: "lastIndexOf",
    parameters: ["text: text", "part: text"],
    returns: "number",
    doc: "Where the part last begins, counted from 0; -1 when it is not there.",
    example: ['lastIndexOf("hello world", "o")', "7"],
    applyIn: (context, text, part) => {
      chargeSearch(context, text, part);
      return countCharacters(context, text, text.lastIndexOf(part));
    },
  }),
  defineFunction({
    name: "length",
    parameters: ["text: text"],
    returns: "number",
    doc: "The number of characters of the text, as people count them: an emoji is one.",
    example: ['length("four")', "4"],
    applyIn: (context, text) => charactersOf(context, text).length,
  }),
  defineFunction({
    name: "charCodeAt",
    parameters: ["text: text", "index: number"],
    returns: "number",
    doc: "The code (Unicode) of the character at the index, counted from 0; nothing when there is none.",
    example: ['charCodeAt("some", 1)', "111"],
    applyIn: (context, text, index) => charactersOf(context, text)[Math.trunc(index)]?.codePointAt(0),
  }),
  defineFunction({
    name: "isEmpty",
    parameters: ["value: any"],
    returns: "boolean",
    asksForNothing: true,
    doc: "Whether there is nothing: no value, or an empty text, list or object.",
    example: ["isEmpty(profile.nickname)", "true"],
    applyIn: isEmpty,
  }),
  defineFunction({
    name: "isNotEmpty",
    parameters: ["value: any"],
    returns: "boolean",
    asksForNothing: true,
    doc: "Whether there is a value, and it is not an empty text, list or object.",
    example: ['isNotEmpty("a")', "true"],
    applyIn: (context, value) => !isEmpty(context, value),
  }),
  defineFunction({
    name: "like",
    parameters: ["text: text", "pattern: text"],
    returns: "boolean",
    doc: "Whether the whole text fits the pattern, in which % stands for any characters and _ for one.",
    example: ['like("Los Angeles", "%es")', "true"],
    applyIn: (context, text, pattern) => findGroups(context, context.prepared.pattern(likePattern(pattern)), text) !== null,
  }),
  defineFunction({
    name: "matches",
    parameters: ["text: text", "expression: pattern"],
    returns: "boolean",
    doc: "Whether the regular expression is found in the text; ^ and $ tie it to the ends.",
    example: ['matches("john smith", "(?i)^John")', "true"],
    applyIn: (context, text, pattern) => findGroups(context, pattern, text) !== null,
  }),
  defineFunction({
    name: "regexGroup",
    parameters: ["text: text", "expression: pattern", "group: number"],
    returns: "text",
    doc: "What a group of the regular expression matched, 0 being the whole; nothing when it is not found.",
    example: ['regexGroup("abc@xyz.com", "@(\\\\w+)", 1)', "xyz"],
    applyIn: (context, text, pattern, group) => findGroups(context, pattern, text)?.[group] ?? undefined,
  }),
  defineFunction({
    name: "replace",
    parameters: ["text: text", "part: text", "replacement: text"],
    returns: "text",
    doc: "The text with the first occurrence of the part replaced.",
    example: ['replace("Hello John", "John", "Mark")', "Hello Mark"],
    applyIn: (context, text, part, replacement) => {
      chargeSearch(context, text, part);
      return part === "" ? text : text.replace(part, () => replacement);
    },
  }),
  defineFunction({
    name: "replaceAll",
    parameters: ["text: text", "expression: pattern", "replacement: text"],
    returns: "text",
    doc: "The text with every match of the regular expression replaced; the replacement is taken as it is.",
    example: ['replaceAll("+47 22 33", "[^0-9]", "")', "472233"],
    applyIn: replaceMatches,
  }),
];

type Test = (text: string, part: string) => boolean;

/** A test and its opposite; letters may count as the same, capital or small. */
function tests(name: string, opposite: string, doc: string, test: Test, examples: readonly [string, string]) {
  const parameters = ["text: text", "part: text", "caseSensitive?: boolean"] as const;
  const apply = (context: FunctionContext, text: string, part: string, caseSensitive?: boolean): boolean => {
    chargeSearch(context, text, part);
    return caseSensitive === false ? test(foldCase(text), foldCase(part)) : test(text, part);
  };
  return [
    defineFunction({
      name,
      parameters,
      returns: "boolean",
      doc: `Whether the text ${doc}; with false as third argument, capital or small.`,
      example: [`${name}(${examples[1]})`, "true"],
      applyIn: apply,
    }),
    defineFunction({
      name: opposite,
      parameters,
      returns: "boolean",
      doc: `The opposite of ${name}.`,
      example: [`${opposite}(${examples[0]})`, "false"],
      applyIn: (context, ...args) => !apply(context, ...args),
    }),
  ];
}

function contains(text: string, part: string): boolean {
  return text.includes(part);
}

function startsWith(text: string, part: string): boolean {
  return text.startsWith(part);
}

function endsWith(text: string, part: string): boolean {
  return text.endsWith(part);
}

const symbols = { 1: "=", 2: "!=", 3: ">", 4: ">=", 5: "<", 6: "<=" } as const;

function ampCompare(context: FunctionContext, value: unknown, other: unknown, operator: number): unknown {
  if (typeof value === "string" && typeof other === "string") context.charge(Math.min(value.length, other.length) / 16);
  const symbol = symbols[operator as keyof typeof symbols];
  if (symbol === undefined)
    return Number.isNaN(operator) ? false : (context.unreadable(2, kindOf(operator), "1, 2, 3, 4, 5 or 6") ?? false);
  const answer = symbol === "=" || symbol === "!=" ? equals(value, other) : compares(symbol, value, other);
  if (typeof answer === "boolean") return symbol === "!=" ? !answer : answer;
  return context.unreadable(answer.index, kindOf(answer.value), answer.needs) ?? false;
}

function isEmpty({ isEmptyObject }: FunctionContext, value: unknown): boolean {
  if (isNothing(value) || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && isEmptyObject(value);
}

function replaceMatches(context: FunctionContext, text: string, pattern: Pattern, replacement: string): string {
  const parts: string[] = [];
  let [end, length] = [0, text.length];
  for (const match of findMatches(context, pattern, text)) {
    length += replacement.length;
    context.checkLength(length);
    parts.push(text.slice(end, match.start), replacement);
    end = match.end;
  }
  return parts.join("") + text.slice(end);
}
