import { foldLines } from "nodemailer/lib/mime-funcs";
import type { EmailSender } from "../../email/email-message.ts";
import { displayName, headerText } from "./header-text.ts";
import { type BodyPart, bodyPart } from "./smtp-body-part.ts";

/** A line of a header that is longer is folded (RFC 5322, 2.1.1, recommends 78). */
const foldFrom = 76;

export type Email = {
  readonly sender: EmailSender;
  /** One address in its form on the wire. */
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string | null;
  readonly messageId: string;
  readonly date: Date;
  /** Stands in no part: nobody who writes into one can know it beforehand. */
  readonly boundary: string;
};

/**
 * An email as it stands behind DATA, its final dot included: headers and parts (RFC 5322, 2045, 2046), every line ended
 * by CRLF, and a dot before a dot that begins a line (RFC 5321, 4.5.2). A lone CR or LF becomes CRLF: a server that takes one for the
 * end of a line would otherwise read an end of the message that nobody wrote.
 */
export function composeEmail(email: Email): Buffer {
  const written = [...headersOf(email), ...bodyOf(email)].join("\r\n");
  const lines = written.replace(/\r\n?|\n/g, "\r\n").replaceAll("\r\n.", "\r\n..");
  return Buffer.from(lines.endsWith("\n") ? `${lines}.\r\n` : `${lines}\r\n.\r\n`);
}

function headersOf({ sender, to, subject, messageId, date }: Email): string[] {
  return [
    `From: ${displayName(sender.name ?? "")}<${sender.address}>`,
    `To: ${headerAddress(to)}`,
    ...(sender.replyTo ? [`Reply-To: ${headerAddress(sender.replyTo)}`] : []),
    ...(subject ? [`Subject: ${headerText(subject)}`] : []),
    `Message-ID: ${messageId}`,
    `Date: ${date.toUTCString().replace("GMT", "+0000")}`,
  ].map(folded);
}

function folded(header: string): string {
  return header.length < foldFrom ? header : foldLines(header, foldFrom);
}

/** What is quoted is only unambiguous in angle brackets. */
function headerAddress(address: string): string {
  return address.startsWith('"') ? `<${address}>` : address;
}

/** The last headers, and what they describe: one part, or the same content twice (RFC 2046, 5.1.4). */
function bodyOf({ text, html, boundary }: Email): string[] {
  const parts = [...(text ? [bodyPart("plain", text)] : []), ...(html ? [bodyPart("html", html)] : [])];
  const [first] = parts;
  if (!first) return ["MIME-Version: 1.0", "Content-Type: text/plain", "", ""];
  if (parts.length === 1) return singlePart(first);
  return [
    "MIME-Version: 1.0",
    `Content-Type: multipart/alternative;\r\n boundary="${boundary}"`,
    "",
    ...parts.flatMap(({ headers, content }) => [`--${boundary}`, ...headers, "", content]),
    `--${boundary}--`,
    "",
  ];
}

function singlePart({ headers: [contentType = "", encoding = ""], content }: BodyPart): string[] {
  return [encoding, "MIME-Version: 1.0", contentType, "", content];
}
