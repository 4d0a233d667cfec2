import { DateTime } from "luxon";
import { localWeek, localWeekday } from "./local-week.ts";
import { defaultLocale, type Locale } from "./locale.ts";

type Piece = { readonly literal: string } | Field;
type Print = (date: DateTime, locale: Locale) => string;
type Field = { readonly letter: string; readonly count: number; readonly print: Print };

/** A pattern of Java's DateTimeFormatter, read. */
export type DatePattern = readonly Piece[];

const lengthMax = 100;
const piece = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z'[\]{}#]+/sy;

/**
 * The letters of Java's DateTimeFormatter, as https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html
 * lists them; null where a letter may not be repeated so often. Y, w and e count weeks as the locale does. Missing are W,
 * F, n, N, A, p and optional parts in brackets.
 */
const letters: Readonly<Record<string, (count: number) => Print | null>> = {
  G: (count) =>
    upTo(
      5,
      count,
      name(count < 4 ? "G" : "G".repeat(count), (date) => (date.year > 0 ? 1 : 0)),
    ),
  u: (count) => year(count, (date) => date.year),
  y: (count) => year(count, (date) => date.year),
  Y: (count) => year(count, (date, locale) => localWeek(date, locale).year),
  Q: (count) => numberOrName(4, "Q", count, (date) => date.quarter),
  q: (count) => numberOrName(4, "q", count, (date) => date.quarter),
  M: (count) => numberOrName(5, "M", count, (date) => date.month),
  L: (count) => numberOrName(5, "L", count, (date) => date.month),
  w: (count) => padded(2, count, (date, locale) => localWeek(date, locale).week),
  D: (count) => padded(3, count, (date) => date.ordinal),
  d: (count) => padded(2, count, (date) => date.day),
  E: weekday,
  e: (count) => (count < 3 ? padded(2, count, localWeekday) : weekday(count)),
  a: (count) =>
    upTo(
      1,
      count,
      name("a", (date) => (date.hour < 12 ? 0 : 1)),
    ),
  H: (count) => padded(2, count, (date) => date.hour),
  h: (count) => padded(2, count, (date) => date.hour % 12 || 12),
  k: (count) => padded(2, count, (date) => date.hour || 24),
  K: (count) => padded(2, count, (date) => date.hour % 12),
  m: (count) => padded(2, count, (date) => date.minute),
  s: (count) => padded(2, count, (date) => date.second),
  S: (count) => upTo(9, count, (date) => `${String(date.millisecond).padStart(3, "0")}000000`.slice(0, count)),
  V: (count) => (count === 2 ? (date) => date.zoneName ?? "" : null),
  z: (count) => upTo(4, count, zoneName(count === 4 ? "ZZZZZ" : "ZZZZ")),
  O: (count) => (count === 1 || count === 4 ? (date) => `GMT${offset(date, count === 1 ? 1 : 3, "")}` : null),
  X: (count) => upTo(3, count, (date) => offset(date, count, "Z")),
  x: (count) => upTo(3, count, (date) => offset(date, count, ["+00", "+0000", "+00:00"][count - 1] ?? "")),
  Z: (count) => upTo(5, count, (date) => (count === 4 ? `GMT${offset(date, 3, "")}` : offset(date, ...utcForm(count)))),
};

/** What Intl has to make something for first. */
export function isDear({ letter }: Field): boolean {
  return letter === "z";
}

/** Null when it is no pattern. */
export function parseDatePattern(text: string): DatePattern | null {
  if (text === "" || text.length > lengthMax) return null;
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length; at = piece.lastIndex) {
    piece.lastIndex = at;
    const read = toPiece(piece.exec(text));
    if (read === null) return null;
    pieces.push(read);
  }
  return pieces;
}

function toPiece(match: RegExpExecArray | null): Piece | null {
  if (!match) return null;
  const [text, quoted, letter] = match;
  if (quoted !== undefined) return { literal: quoted === "" ? "'" : quoted.replaceAll("''", "'") };
  if (letter === undefined) return { literal: text };
  const print = letters[letter]?.(text.length) ?? null;
  return print === null ? null : { letter, count: text.length, print };
}

/** Numbers stay in the digits 0 to 9, as Java prints them in every locale. */
export function formatWithPattern(date: DateTime, pattern: DatePattern, locale: Locale): string {
  return pattern.map((part) => ("literal" in part ? part.literal : part.print(date, locale))).join("");
}

/** The letters that are most often mistaken: what they print then is right for some days or hours only. */
export function doubtAbout(pattern: DatePattern): string | null {
  const given = pattern.map((part) => ("letter" in part ? part.letter : "")).join("");
  if (/D/.test(given) && /[ML]/.test(given)) return "D is the day of the year, 1 to 366; the day of the month is d.";
  if (/[dyu]m|(?<![HhKk])m[dyu]/.test(given)) return "m is the minute; the month is M.";
  if (/[HhKk]M/.test(given)) return "M is the month; the minute is m.";
  if (/[hK]/.test(given) && !given.includes("a"))
    return "h is the same before noon and after it: write H, or add a for AM and PM.";
  if (given.includes("Y") && !given.includes("w"))
    return "Y is the year that a week belongs to, which differs from the date's around New Year; the year is y.";
  return null;
}

/** Letters that can be read as well as printed, and the tokens that Luxon reads them with. */
const readable: Readonly<Record<string, (count: number) => string>> = {
  u: (count) => (count === 2 ? "yy" : "yyyy"),
  y: (count) => (count === 2 ? "yy" : "yyyy"),
  M: (count) => "M".repeat(count),
  L: (count) => "L".repeat(count),
  d: (count) => "d".repeat(count),
  E: (count) => (count > 3 ? "EEEE" : "EEE"),
  a: () => "a",
  H: (count) => "H".repeat(count),
  h: (count) => "h".repeat(count),
  m: (count) => "m".repeat(count),
  s: (count) => "s".repeat(count),
  S: () => "u",
  X: (count) => (count === 3 ? "ZZ" : "ZZZ"),
  x: (count) => (count === 3 ? "ZZ" : "ZZZ"),
  Z: (count) => (count === 5 ? "ZZ" : "ZZZ"),
};

/** Reads `text`; the pattern must name a year, a month and a day, so that nothing is taken from the present. */
export function readWithPattern(text: string, pattern: DatePattern): DateTime | null {
  const fields = pattern.flatMap((part) => ("letter" in part ? [part] : []));
  const given = new Set(fields.map(({ letter }) => (letter === "u" ? "y" : letter === "L" ? "M" : letter)));
  const isWhole = given.has("y") && given.has("M") && given.has("d") && given.size === fields.length;
  const format = pattern.map(readableToken);
  if (!isWhole || text.length > lengthMax || format.includes(null)) return null;
  const written = given.has("X") ? text.replace(/Z$/, fields.some(({ count }) => count === 3) ? "+00:00" : "+0000") : text;
  const date = DateTime.fromFormat(written, format.join(""), { zone: "utc", setZone: true, locale: defaultLocale });
  return date.isValid ? date : null;
}

function readableToken(part: Piece): string | null {
  if ("letter" in part) return readable[part.letter]?.(part.count) ?? null;
  return part.literal.includes("'") ? null : `'${part.literal}'`;
}

function upTo(countMax: number, count: number, print: Print): Print | null {
  return count > countMax ? null : print;
}

type Value = (date: DateTime, locale: Locale) => number;

function year(count: number, value: Value): Print | null {
  if (count === 2) return (date, locale) => String(value(date, locale) % 100).padStart(2, "0");
  return padded(4, count, value);
}

function padded(countMax: number, count: number, value: Value): Print | null {
  return upTo(countMax, count, (date, locale) => String(value(date, locale)).padStart(count, "0"));
}

/** `index`: of the name among all of its kind. */
function name(kind: string, index: Value): Print {
  return (date, locale) => locale.names(kind)[index(date, locale)] ?? "";
}

function numberOrName(countMax: number, letter: string, count: number, value: Value): Print | null {
  if (count < 3) return padded(2, count, value);
  return upTo(
    countMax,
    count,
    name(letter.repeat(count), (date, locale) => value(date, locale) - 1),
  );
}

function weekday(count: number): Print | null {
  return upTo(
    5,
    count,
    name("E".repeat(Math.max(count, 3)), (date) => date.weekday - 1),
  );
}

function zoneName(token: string): Print {
  return (date, { name: locale }) => date.reconfigure({ locale }).toFormat(token);
}

function utcForm(count: number): [form: number, zero: string] {
  return count === 5 ? [3, "+00:00"] : [2, "+0000"];
}

/** `+01` or `+0130`, `+0100`, `+01:00`. */
function offset(date: DateTime, form: number, zero: string): string {
  if (date.offset === 0) return zero;
  const minutes = Math.abs(date.offset) % 60;
  const [hour, minute] = [Math.floor(Math.abs(date.offset) / 60), minutes].map((part) => String(part).padStart(2, "0"));
  const tail = form === 1 ? (minutes === 0 ? "" : minute) : form === 2 ? minute : `:${minute}`;
  return `${date.offset < 0 ? "-" : "+"}${hour}${tail}`;
}
