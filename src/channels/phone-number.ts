import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { narrow } from "../base/index.ts";

const textMax = 100;
const plainNumber = /^\+[1-9]\d{6,14}$/;

/**
 * The number in E.164, so it needs its country (`+33…`); null when it is malformed. Read as people and programs write it:
 * grouped, as a `tel:` link, in full-width signs, in the digits of any script, with the marks of direction that
 * address books put around it. An extension or another parameter of a link is nothing that an SMS could reach.
 * Length and country are checked, not whether the range is assigned: numbers appear faster than tables of them.
 */
export function readPhoneNumber(text: string): string | null {
  if (text.length > textMax) return null;
  const plain = plainNumber.test(text) ? text : toPlain(text);
  if (!plainNumber.test(plain)) return null;
  const number = parsePhoneNumberFromString(plain);
  return number?.isPossible() ? number.number : null;
}

function toPlain(text: string): string {
  return narrow(text)
    .replace(/[\s\p{Cf}]/gu, "")
    .replace(/^tel:/i, "")
    .replace(/(?!\d)\p{Nd}/gu, toDigit)
    .replace(/[\p{Pd}\u2212().·/]/gu, "");
}

/** Unicode keeps the ten digits of a script together and in order; some scripts follow each other without a gap. */
function toDigit(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return String(before % 10);
}
