import { z } from "zod";
import type { Outcome } from "../../outcome.ts";
import { serviceNotAvailable } from "./smtp-replies.ts";

const reasonMax = 1000;
const faultSchema = z.object({
  /** nodemailer's own word for what went wrong. */
  code: z.string().optional(),
  /** The system's word behind it, such as ECONNREFUSED or CERT_HAS_EXPIRED: it says more. */
  originalCode: z.string().optional(),
  responseCode: z.int().optional(),
  response: z.string().optional(),
  /** Which of its time-outs. */
  timeoutType: z.string().optional(),
  /** What was said last; CONN before anything was. */
  command: z.string().optional(),
});
type Fault = z.output<typeof faultSchema>;

/** Faults of one message, found by the server or before it was asked. All others would meet the next message too. */
const messageFaults: ReadonlySet<string> = new Set(["EENVELOPE", "EMESSAGE", "ESTREAM"]);
/** Its code for a hand-over that we ended. */
const aborted = "EABORT";

/**
 * Reads an error of nodemailer or of the dialogue, which uses its words. A reply settles the matter: 5xx is final, 4xx is for later.
 * Without a reply it depends on how far the message got: before its final dot was sent nothing can have been delivered.
 */
export function smtpOutcome(error: Error, mayHaveLeft: boolean): Outcome {
  const fault = faultSchema.parse(error);
  const { responseCode } = fault;
  const hint = fault.timeoutType === "GREETING_TIMEOUT" ? ungreeted : "";
  const told = fault.code === aborted ? overdue(mayHaveLeft) : { reason: reasonOf(error, fault) + hint, ...codeOf(fault) };
  const isAboutMessage = isMessageFault(fault) && responseCode !== serviceNotAvailable;
  // A 5xx to AUTH or to the greeting is the configuration's fault: the messages wait until it is mended.
  if (responseCode !== undefined && responseCode >= 500 && isAboutMessage) return { kind: "rejected", ...told };
  if (responseCode === undefined && mayHaveLeft) return { kind: "unknown", ...told };
  return { kind: "deferred", ...told, ...(isAboutMessage ? {} : { isProviderDown: true }) };
}

/** Each side waits for the other to begin when one of them expects TLS from the first byte. */
const ungreeted = ". A port that speaks TLS from the first byte, as 465 does, needs the security TLS.";

/** A server that says something now and then, and never comes to an end. */
function overdue(mayHaveLeft: boolean): { readonly reason: string; readonly code: string } {
  const what = mayHaveLeft ? "what became of the message" : "that it takes the message";
  return { reason: `The server did not say ${what} in time, and the connection was closed.`, code: "ETIMEDOUT" };
}

/** nodemailer gives every fault of a connection a code; one without comes from composing the message. */
function isMessageFault({ code }: Fault): boolean {
  return code === undefined || messageFaults.has(code);
}

/** The enhanced status code (RFC 3463) when the reply has one of the reply's own class, else the reply's three digits. */
function codeOf({ code, originalCode, responseCode, response }: Fault): { readonly code?: string } {
  const enhanced = /^([245])\d\d[ -](\1\.\d{1,3}\.\d{1,3})\b/.exec(response ?? "")?.[2];
  const said = enhanced ?? responseCode?.toString() ?? originalCode ?? code;
  return said === undefined ? {} : { code: said };
}

/**
 * The server's own words, once it has shown that it speaks SMTP: a stranger that answered EHLO with something else, or began
 * with anything but a reply that refuses (RFC 5321, 4.2), may be another service, and what that one says is nobody's business.
 */
function reasonOf(error: Error, { code, command, response }: Fault): string {
  if (response === undefined) return toReason(error.message || (code ?? "The connection failed."));
  const isReply = response.split(/\r?\n/).every((line) => /^[45]\d\d(?:[ -]|$)/.test(line));
  const isStranger = command === "EHLO" || command === "HELO" || (code === "EPROTOCOL" && !isReply);
  return isStranger ? "What answers at this host and port does not speak SMTP." : toReason(response);
}

/** A server may say anything; what is kept of it is one line that the database can store. */
function toReason(said: string): string {
  return said
    .replace(/[\p{Cc}\s]+/gu, " ")
    .slice(0, reasonMax)
    .toWellFormed();
}
