import { toNumber, toResult, toText } from "../values.ts";
import { defineFunction } from "./define-function.ts";
import type { FunctionContext } from "./function-context.ts";
import { defaultLocale, type Locale } from "./locale.ts";

/** Measured with ever new currencies. */
const stepsPerNewCurrency = 400;

/** Functions on numbers. What is no number gives nothing. */
export const mathFunctions = [
  defineFunction({
    name: "absolute",
    parameters: ["number: number"],
    returns: "number",
    doc: "The number without its sign.",
    example: ["absolute(-3)", "3"],
    apply: (number) => toResult(Math.abs(number)),
  }),
  defineFunction({
    name: "roundDown",
    parameters: ["number: number"],
    returns: "number",
    doc: "The next whole number that is smaller or the same.",
    example: ["roundDown(-1.5)", "-2"],
    apply: (number) => toResult(Math.floor(number)),
  }),
  defineFunction({
    name: "roundUp",
    parameters: ["number: number"],
    returns: "number",
    doc: "The next whole number that is larger or the same.",
    example: ["roundUp(1.2)", "2"],
    apply: (number) => toResult(Math.ceil(number)),
  }),
  defineFunction({
    name: "random",
    parameters: [],
    returns: "number",
    doc: "A number from 0 up to but without 1. A message gets the same numbers whenever it is rendered again.",
    example: ["random() < 1", "true"],
    applyIn: (context) => context.random(),
  }),
  defineFunction({
    name: "toInt",
    parameters: ["value: quantity"],
    returns: "number",
    doc: "The whole part of a number, or of a text that is one; 1 of true, 0 of false.",
    example: ["toInt(42.6)", "42"],
    apply: toWhole,
  }),
  defineFunction({
    name: "string_to_integer",
    parameters: ["text: numeral"],
    returns: "number",
    doc: "The whole number that a text is. A fraction is cut off.",
    example: ['string_to_integer("42") + 1', "43"],
    apply: toWhole,
  }),
  defineFunction({
    name: "stringToNumber",
    parameters: ["text: text"],
    returns: "any",
    doc: "The number that a text is; a text that is none stays as it is.",
    example: ['stringToNumber("1.50")', "1.5"],
    apply: (text) => {
      const number = toNumber(text.trim());
      return Number.isNaN(number) ? text : toResult(number);
    },
  }),
  defineFunction({
    name: "toHexString",
    parameters: ["number: number"],
    returns: "text",
    doc: "The whole part of the number in hexadecimal digits.",
    example: ["toHexString(158)", "9e"],
    apply: (number) => (Number.isFinite(number) ? BigInt(Math.trunc(number)).toString(16) : undefined),
  }),
  defineFunction({
    name: "toPercentage",
    parameters: ["number: number"],
    returns: "text",
    doc: "The number times a hundred, with at most two decimals and a percent sign.",
    example: ["toPercentage(0.125)", "12.5%"],
    apply: (number) => (Number.isFinite(number) ? `${toText(Number((number * 100).toFixed(2)))}%` : undefined),
  }),
  defineFunction({
    name: "toPrecision",
    parameters: ["number: number", "digits: number"],
    returns: "text",
    doc: "The number rounded to so many significant digits, 1 to 21.",
    example: ["toPrecision(3.14159, 3)", "3.14"],
    applyIn: toPrecision,
  }),
  defineFunction({
    name: "formatNumber",
    parameters: ["number: number", "locale: locale"],
    returns: "text",
    doc: "The number as people of a locale write it.",
    example: ['formatNumber(123456.789, "de_DE")', "123.456,789"],
    applyIn: ({ prepared }, number, locale) =>
      Number.isFinite(number) ? prepared.numberFormat(locale?.name ?? defaultLocale).format(number) : undefined,
  }),
  defineFunction({
    name: "formatCurrency",
    parameters: ["number: number", "locale: locale", "currency?: currency"],
    returns: "text",
    doc: "The amount as people of a locale write it, in the currency of its country or in a given one (ISO 4217).",
    example: ['formatCurrency(56, "en_GB")', "£56.00"],
    applyIn: formatCurrency,
  }),
];

function toWhole(number: number): number | undefined {
  // Adding 0 makes 0 of -0.
  return toResult(Math.trunc(number) + 0);
}

function toPrecision({ prepared }: FunctionContext, number: number, digits: number): string | undefined {
  const count = Math.trunc(digits);
  if (!Number.isFinite(number) || !(count >= 1 && count <= 21)) return undefined;
  return prepared.precisionFormat(String(count)).format(number);
}

function formatCurrency(
  { prepared, chargeNew }: FunctionContext,
  number: number,
  locale: Locale | null,
  currency?: string | null,
): string | undefined {
  if (!Number.isFinite(number)) return undefined;
  const format = `${locale?.name ?? defaultLocale}${currency ? ` ${currency}` : ""}`;
  chargeNew(`currency ${format}`, stepsPerNewCurrency);
  return prepared.currencyFormat(format).format(number);
}
