import type { DateTime } from "luxon";
import { fromNumber, parseDateTime } from "./date-time.ts";
import type { FunctionContext } from "./function-context.ts";

/** What it takes to read a date-time and to work with it, measured: in a zone, every look at the calendar is slower. */
const stepsOfInstant = 15;
const stepsOfText = 60;
const stepsInZone = 400;
/** Tables of a zone are read when it is first used. */
export const stepsOfNewZone = 3_000;

/** No date-time is written in more. */
const textLengthMax = 120;

/** A date-time in a text, charged. */
export function readDateTime({ prepared, charge, chargeNew }: FunctionContext, text: string): DateTime | null {
  if (text.length > textLengthMax) return null;
  const zone = text.endsWith("]") ? text.slice(text.lastIndexOf("[")) : null;
  charge(zone === null ? stepsOfText : stepsInZone);
  if (zone !== null) chargeNew(`zone ${zone}`, stepsOfNewZone);
  return parseDateTime(text, prepared.zone);
}

/** A date-time in a text or a number; null when there is none. */
export function readInstant(value: unknown, context: FunctionContext): DateTime | null {
  if (typeof value === "string") return readDateTime(context, value);
  if (typeof value !== "number") return null;
  context.charge(stepsOfInstant);
  return fromNumber(value);
}
