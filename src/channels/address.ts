import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import validator from "validator";
import { type Channel, channels, unreachable } from "../base/index.ts";

const emailMax = 254;
const invisible = /[\p{C}\p{Z}]/u;
const pushTokenPattern = /^[\x21-\x7e]{1,4096}$/;

/** Exactly one address of the everyday form: no list, no group, no comment, no quotes, nothing invisible. */
export function isEmailAddress(text: string): boolean {
  return (
    text.length <= emailMax &&
    !invisible.test(text) &&
    // The library pastes `blacklisted_chars` into a character class, so the bracket and the backslash are escaped.
    validator.isEmail(text, { allow_utf8_local_part: true, require_tld: false, blacklisted_chars: '"\\\\(),:;<>[\\]' })
  );
}

/**
 * The one spelling under which an address is sent to, suppressed and compared; null when it is malformed.
 * Email: trimmed, domain in lower case. SMS: E.164, so a number needs its country (`+33…`). PUSH: the token.
 */
export function normaliseAddress(channel: Channel, text: string): string | null {
  const trimmed = text.trim();
  switch (channel) {
    case channels.EMAIL:
      return isEmailAddress(trimmed) ? lowerCaseDomain(trimmed) : null;
    case channels.SMS:
      return normalisePhoneNumber(trimmed);
    case channels.PUSH:
      return pushTokenPattern.test(trimmed) ? trimmed : null;
    default:
      return unreachable(channel);
  }
}

function lowerCaseDomain(email: string): string {
  const at = email.lastIndexOf("@");
  return email.slice(0, at) + email.slice(at).toLowerCase();
}

/** Length and country are checked, not whether the range is assigned: numbers appear faster than tables of them. */
function normalisePhoneNumber(text: string): string | null {
  const plain = /^\+[1-9]\d{6,14}$/.test(text) ? text : text.replace(/[\s().-]/g, "");
  if (!/^\+[1-9]\d{6,14}$/.test(plain)) return null;
  const number = parsePhoneNumberFromString(plain);
  return number?.isPossible() ? number.number : null;
}

/** The key under which a suppressed address is found: letters of either case are one address. */
export function suppressionKey(channel: Channel, address: string): string {
  return channel === channels.EMAIL ? address.toLowerCase() : address;
}
