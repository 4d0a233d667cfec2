import { z } from "zod";
import type { Outcome } from "../outcome.ts";

const reasonMax = 1000;
const faultSchema = z.object({ responseCode: z.int().optional(), response: z.string().optional() });

/**
 * Reads nodemailer's error. A reply settles the matter: 5xx is final, 4xx is for later. Without a reply it
 * depends on how far the message got: before its body was read nothing can have been delivered.
 */
export function smtpOutcome(error: Error, bodyStarted: boolean): Outcome {
  const { responseCode, response } = faultSchema.parse(error);
  const reason = toReason(response ?? error.message);
  if (responseCode !== undefined && isAboutMessage(error)) {
    return responseCode >= 500 ? { kind: "rejected", reason } : { kind: "deferred", reason };
  }
  return bodyStarted && responseCode === undefined ? { kind: "unknown", reason } : { kind: "deferred", reason };
}

/** A server may say anything; what is kept of it is one line that the database can store. */
function toReason(said: string): string {
  return said
    .replace(/[\p{Cc}\s]+/gu, " ")
    .slice(0, reasonMax)
    .toWellFormed();
}

/** A 5xx to AUTH or to the greeting is the configuration's fault: the messages wait until it is mended. */
function isAboutMessage(error: Error): boolean {
  const { code } = z.object({ code: z.string().optional() }).parse(error);
  return code === "EENVELOPE" || code === "EMESSAGE";
}
