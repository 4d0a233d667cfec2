import { DateTime, type Zone } from "luxon";

/** ISO 8601: a day, perhaps a time, an offset from UTC, and a zone in brackets as Java's ZonedDateTime prints it. */
const shape =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)(Z|[+-]\d{2}(?::?\d{2})?)?(?:\[([\w+\-/:]{1,60})\])?)?$/i;

const digits = /^-?\d{9,15}$/;
/** Of nine or ten digits, a number means seconds: the years 1973 to 2286. As milliseconds it would be a day of 1970. */
const secondsMin = 1e8;
const secondsMax = 1e10;

/** Without an offset or a zone, a text means UTC. Null when it is no date-time, or one that no calendar has. */
export function parseDateTime(text: string, zoneOf: (name: string) => Zone | null): DateTime | null {
  if (digits.test(text)) return fromNumber(Number(text));
  const [, day, time = "00:00", offset = "", zoneName] = shape.exec(text) ?? [];
  if (day === undefined) return null;
  const zone = zoneName === undefined ? null : zoneOf(zoneName);
  if (zoneName !== undefined && zone === null) return null;
  const written = `${day}T${time}${offset}`;
  if (offset === "") return valid(DateTime.fromISO(written, { zone: zone ?? "utc" }));
  const instant = DateTime.fromISO(written, { setZone: true });
  return valid(zone ? instant.setZone(zone) : instant);
}

/**
 * Milliseconds or seconds since 1970. Null for small numbers, which may be a year, a day such as 20260130 or a count;
 * 0 is the first instant of 1970 either way.
 */
export function fromNumber(number: number): DateTime | null {
  const size = Math.abs(number);
  if (size < secondsMin && number !== 0) return null;
  return fromMilliseconds(size < secondsMax ? number * 1_000 : number);
}

/** In UTC. Null for what is no instant. */
export function fromMilliseconds(milliseconds: number): DateTime | null {
  if (!Number.isFinite(milliseconds) || Math.abs(milliseconds) > 8.64e15) return null;
  return valid(DateTime.fromMillis(milliseconds, { zone: "utc" }));
}

/** As Java prints it: seconds only where there are some, the zone's name in brackets. Nothing outside the years 0 to 9999. */
export function printDateTime(date: DateTime | null | undefined): string | undefined {
  if (!date?.isValid || date.year < 0 || date.year > 9999) return undefined;
  const text = date.toISO({ suppressMilliseconds: true, suppressSeconds: true }) ?? undefined;
  return date.zone.type === "iana" ? `${text}[${date.zoneName}]` : text;
}

export function valid(date: DateTime): DateTime | null {
  return date.isValid ? date : null;
}
