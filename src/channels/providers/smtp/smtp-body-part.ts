import { encode as encodeBase64, wrap as wrapBase64 } from "nodemailer/lib/base64";
import { hasLongerLines, isPlainText } from "nodemailer/lib/mime-funcs";
import { encode as encodeQuotedPrintable, wrap as wrapQuotedPrintable } from "nodemailer/lib/qp";

/** Of a line of a body, in either encoding (RFC 2045, 6.7 and 6.8). */
const lineMax = 76;

/** A part of a body with the headers that describe it, its line breaks as they were written. */
export type BodyPart = { readonly headers: readonly string[]; readonly content: string };

/** Plain short lines go as they are, letters with a few others readable, and all else as base64. */
export function bodyPart(type: "plain" | "html", text: string): BodyPart {
  const contentType = `Content-Type: text/${type}; charset=utf-8`;
  const part = (encoding: string, content: string): BodyPart => ({
    headers: [contentType, `Content-Transfer-Encoding: ${encoding}`],
    content,
  });
  if (isPlainText(text) && !hasLongerLines(text, lineMax)) return part("7bit", text);
  if (isMostlyLetters(text)) return part("quoted-printable", quotedPrintable(text));
  return part("base64", wrapBase64(encodeBase64(text), lineMax));
}

/** Whether Latin letters are more than what quoted-printable has to write as three characters or more. */
function isMostlyLetters(text: string): boolean {
  let balance = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 0x80 || (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d)) balance -= 1;
    else if ((code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)) balance += 1;
  }
  return balance > 0;
}

/** Blanks at the very end are wrapped with the last line alone, so that they never move a break before it. */
function quotedPrintable(text: string): string {
  const end = /[ \t]*$/.exec(text)?.index ?? text.length;
  const lines = wrapQuotedPrintable(encodeQuotedPrintable(text.slice(0, end)), lineMax);
  if (end === text.length) return lines;
  const lastLine = lines.lastIndexOf("\n") + 1;
  return lines.slice(0, lastLine) + wrapQuotedPrintable(lines.slice(lastLine) + encodeQuotedPrintable(text.slice(end)), lineMax);
}
