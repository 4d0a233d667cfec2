import { DateTime } from "luxon";
import { invalid } from "../base/index.ts";

/** A wall-clock time, without an offset. */
const shape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?$/;

export type LocalTimes = { readonly startAtLocal?: string | null | undefined; readonly endAtLocal?: string | null | undefined };
type Given = LocalTimes & { readonly startAt?: Date | null | undefined; readonly endAt?: Date | null | undefined };

/** Whether any date was given by the clock on the wall. */
export function hasLocalTimes({ startAtLocal, endAtLocal }: LocalTimes): boolean {
  return startAtLocal != null || endAtLocal != null;
}

/** The instants that were meant by the clock on the wall of this zone; only those that were given. Pure. */
export function instantsOf(given: Given, timeZone: string): { readonly startAt?: Date; readonly endAt?: Date } {
  const { startAt, startAtLocal, endAt, endAtLocal } = given;
  return {
    ...(startAtLocal == null
      ? {}
      : { startAt: instantOf({ field: "startAt", instant: startAt, local: startAtLocal, timeZone }) }),
    ...(endAtLocal == null ? {} : { endAt: instantOf({ field: "endAt", instant: endAt, local: endAtLocal, timeZone }) }),
  };
}

type Asked = {
  readonly field: string;
  readonly instant: Date | null | undefined;
  readonly local: string;
  readonly timeZone: string;
};

/**
 * As calendars do (RFC 5545): a time that comes twice, when clocks are put back, is the first of the two; one that is
 * skipped, when they are put forward, is read with the offset before, and so lies as much later as was skipped.
 */
function instantOf({ field, instant, local, timeZone }: Asked): Date {
  const name = `${field}Local`;
  if (instant != null) throw invalid("INPUT_INVALID", `Send ${field} or ${name}, not both.`, { field: name });
  const read = DateTime.fromISO(local, { zone: timeZone });
  if (!shape.test(local) || !read.isValid)
    throw invalid("INPUT_INVALID", `${name} must be a time without an offset, such as 2026-10-25T02:30.`, { field: name });
  const utc = DateTime.fromISO(local, { zone: "utc" });
  // Which of two offsets the library takes depends on today: a day before, neither change is near.
  const offsetBefore = DateTime.fromMillis(utc.toMillis() - 86_400_000, { zone: timeZone }).offset;
  const candidates = [offsetBefore, read.offset].map((offset) => utc.toMillis() - offset * 60_000);
  const meant = candidates.find((at) =>
    DateTime.fromMillis(at, { zone: timeZone }).setZone("utc", { keepLocalTime: true }).equals(utc),
  );
  return new Date(meant ?? candidates[0] ?? utc.toMillis());
}

/** What the clock on the wall shows, with its offset. */
export function localTimeOf(instant: Date | null, timeZone: string): string | null {
  return instant ? DateTime.fromJSDate(instant, { zone: timeZone }).toISO() : null;
}
