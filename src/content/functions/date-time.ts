import { DateTime, type Zone } from "luxon";

/** ISO 8601: a day, perhaps a time, an offset from UTC, and a zone in brackets as Java's ZonedDateTime prints it. */
const shape =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)(Z|[+-]\d{2}(?::?\d{2})?)?(?:\[([\w+\-/]{1,60})\])?)?$/i;

const milliseconds = /^\d{12,14}$/;

/** Without an offset or a zone, a text means UTC. Null when it is no date-time, or one that no calendar has. */
export function parseDateTime(text: string, zoneOf: (name: string) => Zone | null): DateTime | null {
  if (milliseconds.test(text)) return fromMilliseconds(Number(text));
  const [, day, time = "00:00", offset = "", zoneName] = shape.exec(text) ?? [];
  if (day === undefined) return null;
  const zone = zoneName === undefined ? null : zoneOf(zoneName);
  if (zoneName !== undefined && zone === null) return null;
  const written = `${day}T${time}${offset}`;
  if (offset === "") return valid(DateTime.fromISO(written, { zone: zone ?? "utc" }));
  const instant = DateTime.fromISO(written, { setZone: true });
  return valid(zone ? instant.setZone(zone) : instant);
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
