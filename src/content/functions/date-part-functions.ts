import type { DateTime } from "luxon";
import { type DateUnit, nowOf } from "./date-functions.ts";
import { defineFunction } from "./define-function.ts";

/** Luxon counts years and months in the calendar of a zone. */
const stepsOfDifference = 120;

const sample = '"2024-11-01T17:19:51Z"';

/** Functions that give a number, or an answer, about date-times. Without a date-time there is nothing, or false. */
export const datePartFunctions = [
  parting("dayOfMonth", "The day of the month, 1 to 31.", "1", (date) => date.day),
  parting("dayOfWeek", "The day of the week, from 1 for Monday to 7 for Sunday.", "5", (date) => date.weekday),
  parting("dayOfYear", "The day of the year, 1 to 366.", "306", (date) => date.ordinal),
  parting("weekOfYear", "The week of the year by ISO 8601, 1 to 53.", "44", (date) => date.weekNumber),
  parting("extractMonth", "The month, 1 to 12.", "11", (date) => date.month),
  parting("extractHours", "The hour, 0 to 23, in the date-time's own zone.", "17", (date) => date.hour),
  parting("extractMinutes", "The minute, 0 to 59.", "19", (date) => date.minute),
  parting("extractSeconds", "The second, 0 to 59.", "51", (date) => date.second),
  aging("age", "years", "1"),
  aging("ageInMonths", "months", "14"),
  aging("ageInDays", "days", "454"),
  defineFunction({
    name: "compareDates",
    parameters: ["date: date", "other: date"],
    returns: "number",
    doc: "-1, 0 or 1: whether the first date-time is earlier than the second, the same instant, or later.",
    example: ['compareDates("2024-12-02", "2024-12-03")', "-1"],
    apply: (date, other) => (date && other ? Math.sign(date.toMillis() - other.toMillis()) : undefined),
  }),
  defineFunction({
    name: "dateBetween",
    parameters: ["date: date", "start: date", "end: date"],
    returns: "boolean",
    doc: "Whether a date-time lies between two others, or is one of them.",
    example: ['dateBetween("2024-06-30", "2024-06-01", "2024-06-30")', "true"],
    apply: (date, start, end) =>
      !!date && !!start && !!end && date.toMillis() >= start.toMillis() && date.toMillis() <= end.toMillis(),
  }),
  defineFunction({
    name: "dateDiff",
    parameters: ["from: date", "to: date"],
    returns: "number",
    doc: "The whole days from the first date-time to the second: negative when the second is earlier.",
    example: ['dateDiff("2024-11-01", "2024-11-08")', "7"],
    steps: stepsOfDifference,
    apply: (from, to) => difference(to, from, "days"),
  }),
  differing("diffInYears", "years", '"2024-11-01", "2019-10-01"', "5"),
  differing("diffInMonths", "months", '"2024-11-01", "2024-08-01"', "3"),
  differing("diffInHours", "hours", '"2024-11-01T17:19Z", "2024-11-01T07:19Z"', "10"),
  differing("diffInMinutes", "minutes", '"2024-11-01T17:19Z", "2024-11-01T16:19Z"', "60"),
  differing("diffInSeconds", "seconds", '"2024-11-01T17:19:51Z", "2024-11-01T17:19:01Z"', "50"),
];

function parting(name: string, doc: string, result: string, read: (date: DateTime) => number) {
  return defineFunction({
    name,
    parameters: ["date: date"],
    returns: "number",
    doc,
    example: [`${name}(${sample})`, result],
    apply: (date) => (date ? read(date) : undefined),
  });
}

function aging(name: string, unit: DateUnit, result: string) {
  return defineFunction({
    name,
    parameters: ["date: date"],
    returns: "number",
    doc: `The whole ${unit} from the date-time to the instant of the rendering: negative when it is still to come.`,
    example: [`${name}(${sample})`, result],
    steps: stepsOfDifference,
    applyIn: (context, date) => difference(nowOf(context), date, unit),
  });
}

function differing(name: string, unit: DateUnit, args: string, result: string) {
  return defineFunction({
    name,
    parameters: ["end: date", "start: date"],
    returns: "number",
    doc: `The whole ${unit} from the second date-time to the first: negative when the first is earlier.`,
    example: [`${name}(${args})`, result],
    steps: stepsOfDifference,
    apply: (end, start) => difference(end, start, unit),
  });
}

/** Whole units, cut towards 0, in the zone of the start. */
function difference(end: DateTime | null, start: DateTime | null, unit: DateUnit): number | undefined {
  if (!end || !start) return undefined;
  // Adding 0 makes 0 of -0.
  return Math.trunc(end.setZone(start.zone).diff(start, unit).as(unit)) + 0;
}
