import { type CountryCode, isSupportedCountry, type PhoneNumber, parsePhoneNumberFromString } from "libphonenumber-js/min";
import { narrow } from "../base/index.ts";

const textMax = 100;
const plainNumber = /^\+[1-9]\d{6,14}$/;
const digits = /^\d{4,20}$/;

export const isCountry = (text: string): text is CountryCode => isSupportedCountry(text);

/**
 * The number in E.164; null when it is malformed, or does not say its country (`+33…`) and there is none to read it with. Read as
 * people and programs write it: grouped, as a `tel:` link, in full-width signs, in the digits of any script, with the marks of
 * direction that address books put around it. An extension or another parameter of a link is nothing that an SMS could reach.
 * Of a number with its country length and country are checked, not whether the range is assigned: numbers appear faster than
 * tables of them.
 */
export function readPhoneNumber(text: string, country: string | null): string | null {
  if (text.length > textMax) return null;
  const plain = plainNumber.test(text) ? text : toPlain(text);
  if (plainNumber.test(plain)) return readInternational(plain);
  return country !== null && isCountry(country) && digits.test(plain) ? readFrom(country, plain) : null;
}

function readInternational(plain: string): string | null {
  const number = parsePhoneNumberFromString(plain);
  return number?.isPossible() ? number.number : null;
}

/** Whether the text says its country itself: such a number is the same whatever country it is read with. */
export const hasCountry = (text: string): boolean => text.length <= textMax && toPlain(text).startsWith("+");

/**
 * What somebody in that country would dial. 00 stands for + all over the world, but begins other things where one dials
 * another prefix (003 in Singapore, so that 0033… is Hungary): a number that could be two people's is nobody's. Its range is
 * looked at as well: a digit too few would otherwise leave the trunk 0 in the number, and reach somebody else.
 */
function readFrom(country: CountryCode, plain: string): string | null {
  const dialled = parsePhoneNumberFromString(plain, country);
  if (!plain.startsWith("00")) return ifValid(dialled);
  const international = parsePhoneNumberFromString(`+${plain.slice(2)}`);
  const [first, ...others] = new Set([ifValid(dialled, plain), ifValid(international)].filter((number) => number !== null));
  return first === undefined || others.length > 0 ? null : first;
}

/** `service`: how it would read with nothing but a trunk 0 taken off; what begins with 00 in a country takes no SMS. */
function ifValid(number: PhoneNumber | undefined, service: string | null = null): string | null {
  if (!number?.isValid() || !plainNumber.test(number.number)) return null;
  return service === number.nationalNumber || service === `0${number.nationalNumber}` ? null : number.number;
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
