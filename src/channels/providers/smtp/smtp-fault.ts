/**
 * What went wrong in a conversation, in nodemailer's words, which `smtpOutcome` reads; its own faults come from the same words. EENVELOPE
 * and EMESSAGE: the server refused the envelope, or the body. EABORT: we ended it.
 */
export type SmtpFaultCode = "EENVELOPE" | "EMESSAGE" | "ECONNECTION" | "EPROTOCOL" | "EABORT";

export function smtpFault(code: SmtpFaultCode, message: string, response?: string): Error {
  const replied = response === undefined ? {} : { response, ...codeOf(response) };
  return Object.assign(new Error(message), { code, ...replied });
}

function codeOf(response: string): { readonly responseCode?: number } {
  const digits = /^\d{3}(?=[ -]|$)/.exec(response)?.[0];
  return digits === undefined ? {} : { responseCode: Number(digits) };
}
