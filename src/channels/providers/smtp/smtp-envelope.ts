import { isInternational } from "./smtp-address.ts";
import type { Reply } from "./smtp-replies.ts";

export type Envelope = { readonly from: string; readonly to: string };

/** Whether a server without SMTPUTF8 (RFC 6531) cannot be told it. */
export function needsSmtpUtf8({ from, to }: Envelope): boolean {
  return isInternational(from) || isInternational(to);
}

/** MAIL, RCPT and DATA, in the order of their replies. */
export function envelopeCommands(envelope: Envelope): readonly string[] {
  const parameters = needsSmtpUtf8(envelope) ? " SMTPUTF8" : "";
  return [`MAIL FROM:<${envelope.from}>${parameters}`, `RCPT TO:<${envelope.to}>`, "DATA"];
}

/** What the replies to an envelope ask for. `reply` is the refusal that decides about the message. */
export type Verdict =
  /** The body may follow. */
  | { readonly kind: "open" }
  | { readonly kind: "refused"; readonly reply: Reply }
  /** The recipient was refused, and the server awaits a body all the same: it gets an empty one (RFC 2920, 3.1). */
  | { readonly kind: "open for nobody"; readonly reply: Reply }
  /** The sender was refused, and the server awaits a body: of whom and for whom is not known. Nothing more may be said. */
  | { readonly kind: "astray"; readonly reply: Reply }
  | { readonly kind: "unfinished" };

/** Pure. The first refusal decides: what follows it was refused for its sake. */
export function judgeEnvelope([mail, recipient, data]: readonly Reply[]): Verdict {
  // A few servers begin a body with 250 instead of 354.
  const isOpen = data !== undefined && data.code >= 200 && data.code < 400;
  if (mail && !isPositive(mail)) return { kind: isOpen ? "astray" : "refused", reply: mail };
  if (recipient && !isPositive(recipient)) return { kind: isOpen ? "open for nobody" : "refused", reply: recipient };
  if (data === undefined) return { kind: "unfinished" };
  return isOpen ? { kind: "open" } : { kind: "refused", reply: data };
}

export function isPositive({ code }: Reply): boolean {
  return code >= 200 && code < 300;
}
