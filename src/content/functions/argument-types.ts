import type { DateTime, Zone } from "luxon";
import { isNothing, toNumber, toText } from "../values.ts";
import type { DatePattern } from "./date-pattern.ts";
import { parseDateTime } from "./date-time.ts";
import type { ValueType } from "./define-function.ts";
import { toEmailAddress } from "./email-address.ts";
import type { FunctionContext } from "./function-context.ts";
import type { Locale } from "./locale.ts";
import { parseUrl } from "./parse-url.ts";
import type { Pattern } from "./pattern.ts";
import { nameLengthMax, type Prepared } from "./prepared.ts";
import { readInstant, stepsOfNewZone } from "./read-date-time.ts";

/** What an argument is read as, before the implementation sees it. */
export type ArgumentValues = {
  /** Printed form: a number or boolean as text; nothing as "". */
  text: string;
  /** A number, or text that is one; NaN of nothing. */
  number: number;
  /** The same; blanks around the text are left out. */
  numeral: number;
  /** The same; 1 of true, 0 of false. */
  quantity: number;
  /** A boolean, or the text "true" or "false". */
  boolean: boolean | undefined;
  list: readonly unknown[] | null;
  map: Readonly<Record<string, unknown>> | null;
  /** An ISO 8601 text, or milliseconds or seconds since 1970. */
  date: DateTime | null;
  pattern: Pattern;
  /** Null for a text that is no pattern. */
  datePattern: DatePattern | null;
  /** A locale that exists. */
  locale: Locale | null;
  /** An ISO 4217 code. */
  currency: string | null;
  url: URL | null;
  /** An email address. */
  address: string | null;
  zone: Zone | null;
  /** As it is. */
  any: unknown;
};

export type ArgumentType = keyof ArgumentValues;

type Kind<Value> = {
  /** As a sentence names it, with its article. */
  readonly called: string;
  /** Types of values that can be read so; "any" always can. */
  readonly accepts: readonly ValueType[];
  /** Whether a text that an author wrote can be read so. */
  readonly isReadable?: (text: string, prepared: Prepared) => boolean;
  /** Total: of nothing, and of what is none of it, what stands for nothing. */
  readonly read: (value: unknown, context: FunctionContext) => Value;
  /** Whether a value that is there was none of it. */
  readonly isNone: (read: Value, value: unknown) => boolean;
};

/** Measured with ever new names, which no memory of earlier ones helps with. */
const stepsIfNew = { datePattern: 200, locale: 500 } as const;

const scalars: readonly ValueType[] = ["text", "number", "boolean", "date"];
const isNull = (read: unknown): boolean => read === null;
const number = {
  called: "a number",
  accepts: ["number", "text"],
  isReadable: (text) => !Number.isNaN(toNumber(text)),
  read: toNumber,
  isNone: Number.isNaN,
} as const satisfies Kind<number>;

export const argumentKinds: { readonly [T in ArgumentType]: Kind<ArgumentValues[T]> } = {
  text: { called: "a text", accepts: scalars, read: toText, isNone: (_, value) => typeof value === "object" },
  number,
  numeral: {
    ...number,
    isReadable: (text) => !Number.isNaN(toNumber(text.trim())),
    read: (value) => toNumber(typeof value === "string" ? value.trim() : value),
  },
  quantity: {
    ...number,
    called: "a number or a boolean",
    accepts: ["number", "text", "boolean"],
    read: (value) => (typeof value === "boolean" ? Number(value) : toNumber(value)),
  },
  boolean: {
    called: "true or false",
    accepts: ["boolean", "text"],
    isReadable: (text) => toFlag(text) !== undefined,
    read: toFlag,
    isNone: (read) => read === undefined,
  },
  list: { called: "a list", accepts: ["list"], read: (value) => (Array.isArray(value) ? value : null), isNone: isNull },
  map: { called: "an object", accepts: ["map"], read: toMap, isNone: isNull },
  date: {
    called: "a date-time",
    accepts: ["date", "text", "number"],
    isReadable: (text, prepared) => parseDateTime(text, prepared.zone) !== null,
    read: readInstant,
    isNone: isNull,
  },
  pattern: {
    called: "a regular expression",
    accepts: ["text"],
    isReadable: (text, prepared) => prepared.pattern(text).compiled !== null,
    read: (value, { prepared }) => prepared.pattern(toText(value)),
    isNone: ({ compiled }) => compiled === null,
  },
  datePattern: {
    called: 'a date pattern such as "dd/MM/yyyy"',
    accepts: ["text"],
    isReadable: (text, prepared) => prepared.datePattern(text) !== null,
    read: named("pattern", stepsIfNew.datePattern, (name, prepared) => prepared.datePattern(name)),
    // As in the reference product, a date is printed in ISO form then.
    isNone: () => false,
  },
  locale: {
    called: 'a locale such as "fr_FR"',
    accepts: ["text"],
    isReadable: (text, prepared) => prepared.locale(text) !== null,
    read: named("locale", stepsIfNew.locale, (name, prepared) => prepared.locale(name)),
    isNone: isNull,
  },
  currency: {
    called: 'a currency such as "EUR"',
    accepts: ["text"],
    isReadable: (text) => toCurrency(text) !== null,
    read: toCurrency,
    isNone: isNull,
  },
  zone: {
    called: 'a time zone such as "Europe/Oslo"',
    accepts: ["text"],
    isReadable: (text, prepared) => prepared.zone(text) !== null,
    read: named("zone", stepsOfNewZone, (name, prepared) => prepared.zone(name)),
    isNone: isNull,
  },
  url: {
    called: "a URL",
    accepts: ["text"],
    isReadable: (text) => URL.canParse(text),
    read: parseUrl,
    isNone: isNull,
  },
  address: {
    called: "an email address",
    accepts: ["text"],
    isReadable: (text) => toEmailAddress(text) !== null,
    read: toEmailAddress,
    isNone: isNull,
  },
  any: { called: "a value", accepts: [...scalars, "list", "map"], read: (value) => value, isNone: () => false },
};

type Find<Value> = (name: string, prepared: Prepared) => Value | null;

/** Of a thing that is known by its name: the dear first time is charged, and a name that is too long is none. */
function named<Value>(
  kind: string,
  steps: number,
  find: Find<Value>,
): (value: unknown, context: FunctionContext) => Value | null {
  return (value, { prepared, chargeNew }) => {
    const name = toText(value);
    if (name.length > nameLengthMax) return null;
    chargeNew(`${kind} ${name}`, steps);
    return find(name, prepared);
  };
}

function toCurrency(value: unknown): string | null {
  return typeof value === "string" && /^[A-Za-z]{3}$/.test(value) ? value.toUpperCase() : null;
}

function toFlag(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  return value === "true" ? true : value === "false" ? false : undefined;
}

function toMap(value: unknown): Readonly<Record<string, unknown>> | null {
  if (isNothing(value) || typeof value !== "object" || Array.isArray(value)) return null;
  return value as Readonly<Record<string, unknown>>;
}
