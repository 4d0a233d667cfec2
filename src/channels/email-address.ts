import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { foldCase, narrow, trimBlanks } from "../base/index.ts";
import type { Address } from "./address.ts";

/** Octets of a path without its brackets (RFC 5321, 4.5.3.1.3), and of a local part. */
const addressOctetsMax = 254;
const localOctetsMax = 64;
/** Anything longer is none, however it would be spelled. */
const textMax = 1000;

/** Nearly every address, in half a microsecond: nothing in it has a second spelling but its case. */
const everyday =
  /^(?=.{1,254}$)(?=[^@]{1,64}@)[a-z\d!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z\d!#$%&'*+/=?^_`{|}~-]+)*@(?!.*xn--)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z]{2,63}$/i;

const invisible = /[\p{C}\p{Z}]/u;
/** Dots and the characters of atoms, with those of RFC 6531; what shows nothing could hide a second spelling. */
const localPattern = /^(?:[a-z\d!#$%&'*+/=?^_`{|}~.-]|(?![\p{C}\p{Z}\p{Default_Ignorable_Code_Point}])[\u{80}-\u{10FFFF}])+$/iu;
const quotedPattern = /^"((?:[^"\\]|\\.)*)"$/;
const hasStrayDot = /^\.|\.\.|\.$/;
const domainPattern = /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/;

/**
 * Exactly one address: no list, no group, no comment, no name beside it. Blanks around it, full-width letters and
 * ideographic dots are what input methods make of the same keys. The domain becomes its ASCII form (UTS 46, as browsers do
 * it). Quotes stay only where dots need them, as in `"a..b"@docomo.ne.jp`: a quoted blank, comma or @ is an address by the
 * letter of RFC 5321, and a second recipient for programs that read less carefully.
 */
export function readEmailAddress(text: string): Address | null {
  const trimmed = trimBlanks(text);
  if (everyday.test(trimmed)) return readEveryday(trimmed);
  if (trimmed.length > textMax) return null;
  const plain = narrow(trimmed).normalize("NFC");
  const at = plain.lastIndexOf("@");
  if (at < 1) return null;
  const domain = readDomain(plain.slice(at + 1));
  const localPart = readLocalPart(plain.slice(0, at).replaceAll("\u3002", "."));
  if (domain === null || localPart === null) return null;
  return Buffer.byteLength(localPart) + 1 + domain.length > addressOctetsMax ? null : toAddress(localPart, domain);
}

function readEveryday(text: string): Address {
  const at = text.lastIndexOf("@");
  return toAddress(text.slice(0, at), text.slice(at + 1).toLowerCase());
}

/** A domain of email addresses in its one form, with or without the @ before it; null when it is malformed. */
export function readEmailDomain(text: string): string | null {
  return text.length > textMax ? null : readDomain(narrow(trimBlanks(text)).replace(/^@/, ""));
}

/** Capitals and small letters of one local part are one person: no provider that people use tells them apart. */
function toAddress(localPart: string, domain: string): Address {
  return { sendTo: `${localPart}@${domain}`, key: `${foldCase(localPart)}@${domain}` };
}

/**
 * `domainToASCII` of Node takes 1 microsecond, the package tr46 7, and both follow UTS 46. It reads the host of a URL: what
 * would be a percent sign, a port or a number of four parts there is refused here.
 */
function readDomain(text: string): string | null {
  if (invisible.test(text) || /[%/:?#[\]\\@]/.test(text)) return null;
  const domain = domainToASCII(text);
  return domain.length <= addressOctetsMax && domainPattern.test(domain) && isIP(domain) === 0 ? domain : null;
}

/** The same name with and without quotes is one name; they stay where the dots could not stand without them. */
function readLocalPart(text: string): string | null {
  const name = quotedPattern.exec(text)?.[1]?.replace(/\\(.)/g, "$1") ?? text;
  if (!localPattern.test(name)) return null;
  const isQuoted = hasStrayDot.test(name);
  if (isQuoted && name === text) return null;
  const localPart = isQuoted ? `"${name}"` : name;
  return Buffer.byteLength(localPart) <= localOctetsMax ? localPart : null;
}
