import { DateTime } from "luxon";
import { defaultLocale } from "./locale.ts";

type Piece = { readonly literal: string } | Field;
type Field = {
  readonly letter: string;
  readonly count: number;
  /** What prints it: a token of Luxon, or a function where Luxon has none. */
  readonly print: string | ((date: DateTime) => string);
};

/** A pattern of Java's DateTimeFormatter, read. */
export type DatePattern = readonly Piece[];

const lengthMax = 100;
const piece = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z'[\]{}#]+/sy;

type Print = Field["print"] | null;

/**
 * Letters of Java's DateTimeFormatter, as https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html
 * lists them, to tokens of Luxon; null where a letter may not be repeated so often. Y, w and e count weeks as the locale
 * does. Missing are W, F, n, N, A, p and optional parts in brackets.
 */
const letters: Readonly<Record<string, (count: number) => Print>> = {
  G: (count) => (count > 5 ? null : count === 5 ? "GGGGG" : count === 4 ? "GG" : "G"),
  u: year,
  y: year,
  Y: (count) => (count > 4 ? null : count === 2 ? "ii" : "iiii"),
  Q: (count) => (count > 3 ? null : count === 3 ? (date) => `Q${date.quarter}` : "q".repeat(count)),
  q: (count) => (count > 3 ? null : count === 3 ? (date) => `Q${date.quarter}` : "q".repeat(count)),
  M: (count) => upTo(5, "M", count),
  L: (count) => upTo(5, "L", count),
  w: (count) => upTo(2, "n", count),
  D: (count) => (count > 3 ? null : (date) => String(date.ordinal).padStart(count, "0")),
  d: (count) => upTo(2, "d", count),
  E: (count) => weekday(count),
  e: (count) => (count < 3 ? (date) => String(date.localWeekday).padStart(count, "0") : weekday(count)),
  a: (count) => upTo(1, "a", count),
  H: (count) => upTo(2, "H", count),
  h: (count) => upTo(2, "h", count),
  k: (count) => padded(count, (date) => date.hour || 24),
  K: (count) => padded(count, (date) => date.hour % 12),
  m: (count) => upTo(2, "m", count),
  s: (count) => upTo(2, "s", count),
  S: (count) => (count > 9 ? null : (date) => `${String(date.millisecond).padStart(3, "0")}000000`.slice(0, count)),
  V: (count) => (count === 2 ? "z" : null),
  z: (count) => (count > 4 ? null : count === 4 ? "ZZZZZ" : "ZZZZ"),
  O: (count) =>
    count === 1 ? (date) => `GMT${offset(date, 1, "")}` : count === 4 ? (date) => `GMT${offset(date, 3, "")}` : null,
  X: (count) => (count > 3 ? null : (date) => offset(date, count, "Z")),
  x: (count) =>
    count > 3 ? null : (date) => offset(date, count, "+00:00".slice(0, count === 1 ? 3 : 6).replace(count === 2 ? ":" : "", "")),
  Z: (count) => (count > 5 ? null : count === 5 ? "ZZ" : count === 4 ? (date) => `GMT${offset(date, 3, "")}` : "ZZZ"),
};

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
export function formatWithPattern(date: DateTime, pattern: DatePattern, locale: string): string {
  const local = date.reconfigure({ locale, numberingSystem: "latn" });
  return pattern.map((part) => printPiece(local, part)).join("");
}

function printPiece(date: DateTime, part: Piece): string {
  if ("literal" in part) return part.literal;
  return typeof part.print === "string" ? date.toFormat(part.print) : part.print(date);
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

function upTo(countMax: number, token: string, count: number): Print {
  return count > countMax ? null : token.repeat(count);
}

function year(count: number): Print {
  return count > 4 ? null : count === 2 ? "yy" : count === 4 ? "yyyy" : "y";
}

function weekday(count: number): Print {
  return count > 5 ? null : "E".repeat(Math.max(count, 3));
}

function padded(count: number, value: (date: DateTime) => number): Print {
  return count > 2 ? null : (date) => String(value(date)).padStart(count, "0");
}

/** `+01` or `+0130`, `+0100`, `+01:00`. */
function offset(date: DateTime, form: number, zero: string): string {
  if (date.offset === 0) return zero;
  const minutes = Math.abs(date.offset) % 60;
  const [hour, minute] = [Math.floor(Math.abs(date.offset) / 60), minutes].map((part) => String(part).padStart(2, "0"));
  const tail = form === 1 ? (minutes === 0 ? "" : minute) : form === 2 ? minute : `:${minute}`;
  return `${date.offset < 0 ? "-" : "+"}${hour}${tail}`;
}
