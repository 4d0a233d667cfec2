import type { DateTime, Zone } from "luxon";
import { isNothing, toNumber, toText } from "../values.ts";
import type { DatePattern } from "./date-pattern.ts";
import { fromMilliseconds, parseDateTime } from "./date-time.ts";
import type { ValueType } from "./define-function.ts";
import type { FunctionContext } from "./function-context.ts";
import type { Pattern } from "./pattern.ts";
import type { Prepared } from "./prepared.ts";
import { chargeZone, readDateTime, stepsOfInstant } from "./read-date-time.ts";

/** What an argument is read as, before the implementation sees it. */
export type ArgumentValues = {
  /** Printed form: a number or boolean as text; nothing, an object or a list as "". */
  text: string;
  /** A number, or text that is one; everything else is NaN. */
  number: number;
  /** A boolean, or the text "true" or "false". */
  boolean: boolean | undefined;
  list: readonly unknown[] | null;
  map: Readonly<Record<string, unknown>> | null;
  /** An ISO 8601 text, or milliseconds since 1970. */
  date: DateTime | null;
  pattern: Pattern;
  datePattern: DatePattern | null;
  /** A locale that exists; null for any other text. */
  locale: string | null;
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
  readonly read: (value: unknown, context: FunctionContext) => Value;
};

/** Measured with ever new names, which no memory of earlier ones helps with. */
const stepsIfNew = { datePattern: 200, locale: 500 } as const;

const scalars: readonly ValueType[] = ["text", "number", "boolean", "date"];

export const argumentKinds: { readonly [T in ArgumentType]: Kind<ArgumentValues[T]> } = {
  text: { called: "a text", accepts: scalars, read: toText },
  number: {
    called: "a number",
    accepts: ["number", "text"],
    isReadable: (text) => !Number.isNaN(toNumber(text)),
    read: toNumber,
  },
  boolean: {
    called: "true or false",
    accepts: ["boolean", "text"],
    isReadable: (text) => toFlag(text) !== undefined,
    read: toFlag,
  },
  list: { called: "a list", accepts: ["list"], read: (value) => (Array.isArray(value) ? value : null) },
  map: { called: "an object", accepts: ["map"], read: toMap },
  date: {
    called: "a date-time",
    accepts: ["date", "text", "number"],
    isReadable: (text, prepared) => parseDateTime(text, prepared.zone) !== null,
    read: toDate,
  },
  pattern: {
    called: "a regular expression",
    accepts: ["text"],
    isReadable: (text, prepared) => prepared.pattern(text).compiled !== null,
    read: (value, { prepared }) => prepared.pattern(toText(value)),
  },
  datePattern: {
    called: 'a date pattern such as "dd/MM/yyyy"',
    accepts: ["text"],
    isReadable: (text, prepared) => prepared.datePattern(text) !== null,
    read: (value, { prepared, chargeNew }) => {
      const text = toText(value);
      chargeNew(`pattern ${text}`, stepsIfNew.datePattern);
      return prepared.datePattern(text);
    },
  },
  locale: {
    called: 'a locale such as "fr_FR"',
    accepts: ["text"],
    isReadable: (text, prepared) => prepared.locale(text) !== null,
    read: (value, { prepared, chargeNew }) => {
      const name = toText(value);
      chargeNew(`locale ${name}`, stepsIfNew.locale);
      return prepared.locale(name);
    },
  },
  zone: {
    called: 'a time zone such as "Europe/Oslo"',
    accepts: ["text"],
    isReadable: (text, prepared) => prepared.zone(text) !== null,
    read: (value, { prepared, chargeNew }) => {
      const name = toText(value);
      chargeZone(chargeNew, name);
      return prepared.zone(name);
    },
  },
  any: { called: "a value", accepts: [...scalars, "list", "map"], read: (value) => value },
};

function toDate(value: unknown, context: FunctionContext): DateTime | null {
  if (typeof value === "string") return readDateTime(context, value);
  if (typeof value !== "number") return null;
  context.charge(stepsOfInstant);
  return fromMilliseconds(value);
}

function toFlag(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  return value === "true" ? true : value === "false" ? false : undefined;
}

function toMap(value: unknown): Readonly<Record<string, unknown>> | null {
  if (isNothing(value) || typeof value !== "object" || Array.isArray(value)) return null;
  return value as Readonly<Record<string, unknown>>;
}
