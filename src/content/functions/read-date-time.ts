import type { DateTime } from "luxon";
import { parseDateTime } from "./date-time.ts";
import type { FunctionContext } from "./function-context.ts";

/** What it takes to read a date-time and to work with it, measured: in a zone, every look at the calendar is slower. */
export const stepsOfInstant = 15;
const stepsOfText = 60;
const stepsInZone = 400;
/** Tables of a zone are read when it is first used. */
const stepsOfNewZone = 3_000;

/** A date-time in a text, charged. */
export function readDateTime({ prepared, charge, chargeNew }: FunctionContext, text: string): DateTime | null {
  const zone = text.endsWith("]") ? text.slice(text.lastIndexOf("[")) : null;
  charge(zone === null ? stepsOfText : stepsInZone);
  if (zone !== null) chargeZone(chargeNew, zone);
  return parseDateTime(text, prepared.zone);
}

export function chargeZone(chargeNew: FunctionContext["chargeNew"], name: string): void {
  chargeNew(`zone ${name}`, stepsOfNewZone);
}
