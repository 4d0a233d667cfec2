import type { DateTime } from "luxon";
import { type DatePattern, formatWithPattern, isDear, readWithPattern } from "./date-pattern.ts";
import { fromMilliseconds, printDateTime } from "./date-time.ts";
import { defineFunction } from "./define-function.ts";
import type { FunctionContext } from "./function-context.ts";
import { readDateTime, readInstant } from "./read-date-time.ts";

export type DateUnit = "years" | "months" | "days" | "hours" | "minutes" | "seconds";

const epoch = fromMilliseconds(0);
/** Measured, with known locales and with ever new ones. */
const stepsPerField = 50;
const stepsPerNewName = 1_500;
const stepsToRead = 100;
const stepsPerPieceRead = 20;

const sample = '"2024-11-01T17:19:51Z"';

/** Functions that make a date-time, or print one. */
export const dateFunctions = [
  defineFunction({
    name: "getCurrentZonedDateTime",
    parameters: [],
    returns: "date",
    doc: "The instant of the rendering, in UTC.",
    example: ["getCurrentZonedDateTime()", "2026-01-30T12:00Z"],
    steps: 15,
    applyIn: (context) => printDateTime(nowOf(context)),
  }),
  defineFunction({
    name: "currentTimeInMillis",
    parameters: [],
    returns: "number",
    doc: "The instant of the rendering, in milliseconds since 1970.",
    example: ["currentTimeInMillis()", "1769774400000"],
    applyIn: (context) => context.now,
  }),
  defineFunction({
    name: "stringToDate",
    parameters: ["text: text", "pattern?: datePattern"],
    returns: "date",
    doc: "The date-time in a text, by a pattern or in ISO form; UTC unless the text says otherwise.",
    example: ['stringToDate("10/01/2023 23:13", "dd/MM/yyyy HH:mm")', "2023-01-10T23:13Z"],
    applyIn: (context, text, pattern) => {
      const date = printDateTime(readDate(context, text, pattern));
      return date ?? (text === "" ? undefined : context.unreadable(0, "a text", "a date-time"));
    },
  }),
  defineFunction({
    name: "toDateTime",
    parameters: ["text: text", "pattern?: datePattern"],
    returns: "date",
    doc: "As stringToDate, but a text that is no date-time gives the first instant of 1970.",
    example: ['toDateTime("no date")', "1970-01-01T00:00Z"],
    applyIn: (context, text, pattern) => printDateTime(readDate(context, text, pattern)) ?? printDateTime(epoch),
  }),
  defineFunction({
    name: "toDateTimeOnly",
    parameters: ["value: any"],
    returns: "date",
    doc: "The date and time without offset and zone, of a text or of milliseconds; of anything else the first instant of 1970.",
    example: ['toDateTimeOnly("2024-11-01T17:19:51+01:00")', "2024-11-01T17:19:51"],
    applyIn: (context, value) =>
      (printDateTime(readInstant(value, context)) ?? printDateTime(epoch))?.replace(/(?:Z|[+-]\d\d:\d\d)(?:\[.*\])?$/, ""),
  }),
  defineFunction({
    name: "formatDate",
    parameters: ["date: date", "pattern: datePattern", "locale?: locale"],
    returns: "text",
    doc: "The date-time in a pattern of Java's DateTimeFormatter; in ISO form when the pattern is none. Without a locale, en_US.",
    example: [`formatDate(${sample}, "EEEE dd MMMM yyyy", "fr_FR")`, "vendredi 01 novembre 2024"],
    applyIn: (context, date, pattern, locale) => {
      if (!date || !pattern) return printDateTime(date);
      const place = locale ?? context.prepared.defaultLocale;
      for (const piece of pattern) chargePiece(context, piece, `${place.name} ${date.zoneName}`);
      return formatWithPattern(date, pattern, place);
    },
  }),
  defineFunction({
    name: "convertZonedDateTime",
    parameters: ["date: date", "zone: zone"],
    returns: "date",
    doc: "The same instant in a time zone.",
    example: ['convertZonedDateTime("2019-02-19T08:09:00Z", "Asia/Tehran")', "2019-02-19T11:39+03:30[Asia/Tehran]"],
    steps: 150,
    apply: (date, zone) => printDateTime(date && zone ? date.setZone(zone) : date),
  }),
  defineFunction({
    name: "toUTC",
    parameters: ["date: date"],
    returns: "date",
    doc: "The same instant in UTC.",
    example: ['toUTC("2024-11-01T17:19:51+01:00")', "2024-11-01T16:19:51Z"],
    apply: (date) => printDateTime(date?.toUTC()),
  }),
  adding("addYears", "years", "2026-11-01T17:19:51Z"),
  adding("addMonths", "months", "2025-01-01T17:19:51Z"),
  adding("addDays", "days", "2024-11-03T17:19:51Z"),
  adding("addHours", "hours", "2024-11-01T19:19:51Z"),
  adding("addMinutes", "minutes", "2024-11-01T17:21:51Z"),
  adding("addSeconds", "seconds", "2024-11-01T17:19:53Z"),
  defineFunction({
    name: "setDays",
    parameters: ["date: date", "day: number"],
    returns: "date",
    doc: "The date-time on another day of its month; nothing when the month has no such day.",
    example: [`setDays(${sample}, 15)`, "2024-11-15T17:19:51Z"],
    steps: 20,
    apply: (date, day) => (date && isWithin(day, 1, date.daysInMonth ?? 0) ? printDateTime(date.set({ day })) : undefined),
  }),
  defineFunction({
    name: "setHours",
    parameters: ["date: date", "hour: number"],
    returns: "date",
    doc: "The date-time at another hour of its day, 0 to 23; nothing for other hours.",
    example: [`setHours(${sample}, 9)`, "2024-11-01T09:19:51Z"],
    steps: 20,
    apply: (date, hour) => (date && isWithin(hour, 0, 23) ? printDateTime(date.set({ hour })) : undefined),
  }),
  starting("truncateToStartOfDay", "day", "2024-11-01T00:00Z"),
  starting("truncateToStartOfWeek", "week", "2024-10-28T00:00Z"),
  starting("truncateToStartOfQuarter", "quarter", "2024-10-01T00:00Z"),
  starting("truncateToStartOfYear", "year", "2024-01-01T00:00Z"),
];

function readDate(context: FunctionContext, text: string, pattern?: DatePattern | null): DateTime | null {
  if (pattern === null) return null;
  if (pattern === undefined) return readDateTime(context, text);
  context.charge(stepsToRead + pattern.length * stepsPerPieceRead);
  return readWithPattern(text, pattern);
}

/** The name of a zone is found by a formatter, which is kept for each locale and zone, and slow to make. */
function chargePiece({ charge, chargeNew }: FunctionContext, piece: DatePattern[number], place: string): void {
  if (!("letter" in piece)) return;
  charge(stepsPerField);
  if (isDear(piece)) chargeNew(`${place} ${piece.count}`, stepsPerNewName);
}

function adding(name: string, unit: DateUnit, result: string) {
  const shorter = unit === "years" || unit === "months" ? " A month that is too short gives its last day." : "";
  return defineFunction({
    name,
    parameters: ["date: date", "amount: number"],
    returns: "date",
    doc: `The date-time so many ${unit} later, or earlier when the number is negative.${shorter}`,
    example: [`${name}(${sample}, 2)`, result],
    steps: 50,
    apply: (date, amount) => {
      if (!date || !Number.isFinite(amount)) return undefined;
      return printDateTime(date.plus({ [unit]: Math.trunc(amount) }));
    },
  });
}

function starting(name: string, unit: "day" | "week" | "quarter" | "year", result: string) {
  return defineFunction({
    name,
    parameters: ["date: date"],
    returns: "date",
    doc: `The first instant of the ${unit} that the date-time is in${unit === "week" ? "; a week begins on Monday" : ""}.`,
    example: [`${name}(${sample})`, result],
    steps: 40,
    apply: (date) => printDateTime(date?.startOf(unit)),
  });
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

export function nowOf(context: FunctionContext): DateTime | null {
  return fromMilliseconds(context.now);
}
