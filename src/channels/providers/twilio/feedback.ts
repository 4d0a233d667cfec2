import { createHmac, timingSafeEqual } from "node:crypto";
import type { FeedbackEvent, FeedbackKind, ParseFeedback } from "../../feedback-event.ts";
import { meaningOf } from "./codes.ts";
import { messageIdParameter } from "./twilio.ts";

/** Of those that are not here nothing is to be learnt: accepted, queued, sending. */
const kinds: ReadonlyMap<string, FeedbackKind> = new Map([
  ["sent", "SENT"],
  ["delivered", "DELIVERED"],
  ["read", "DELIVERED"],
  ["undelivered", "BOUNCED"],
  ["failed", "FAILED"],
  ["canceled", "FAILED"],
]);

/** Twilio's status callback. They come in any order, and more than once. */
export const parseTwilioFeedback: ParseFeedback = ({ url, headers, body, secrets }) => {
  const form = new URLSearchParams(body.toString("utf8"));
  if (!isSigned({ url, form, signature: headers["x-twilio-signature"] ?? "", token: secrets.authToken ?? "" }))
    return { kind: "refused", reason: "It was not signed with this account's token, or for another address." };
  const event = eventIn(form, url);
  return { kind: "events", events: event ? [event] : [] };
};

function eventIn(form: URLSearchParams, url: string): FeedbackEvent | null {
  const [id, status] = [form.get("MessageSid") ?? form.get("SmsSid"), form.get("MessageStatus") ?? form.get("SmsStatus")];
  const kind = kinds.get(status ?? "");
  if (!id || !kind) return null;
  const code = form.get("ErrorCode") || null;
  const { bounceClass = "SOFT", isOptOut = false } = meaningOf(code);
  return {
    kind,
    messageKey: URL.parse(url)?.searchParams.get(messageIdParameter) ?? null,
    providerMessageId: id,
    address: form.get("To"),
    bounceClass: kind === "BOUNCED" || kind === "FAILED" ? bounceClass : null,
    isOptOut,
    code,
    reason: form.get("ErrorMessage") || null,
    occurredAt: doneAt(form.get("RawDlrDoneDate")),
    dedupeKey: `${id}:${status}`,
  };
}

/** What the carrier says, YYMMDDhhmm in UTC. */
function doneAt(text: string | null): Date | null {
  const [, year, month, day, hour, minute] = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(text ?? "") ?? [];
  const at = new Date(`20${year}-${month}-${day}T${hour}:${minute}:00Z`);
  return Number.isNaN(at.getTime()) ? null : at;
}

type Signed = { readonly url: string; readonly form: URLSearchParams; readonly signature: string; readonly token: string };

/** HMAC-SHA1 over the address, then every field's name and value in the order of the names. Twilio names the port, or does not. */
function isSigned({ url, form, signature, token }: Signed): boolean {
  if (token === "") return false;
  const fields = [...new Set(form.keys())]
    .sort()
    .map((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value));
  const given = Buffer.from(signature, "base64");
  return spellings(url).some((spelling) => {
    const expected = createHmac("sha1", token)
      .update(spelling + fields.flat().join(""))
      .digest();
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
}

/** As text: reading an address and printing it again would change its escapes. */
function spellings(url: string): string[] {
  const [, origin = "", port, rest = ""] = /^(https?:\/\/[^/:?#]+)(:\d+)?(.*)$/s.exec(url) ?? [];
  const usual = origin.startsWith("https:") ? ":443" : ":80";
  return [url, port === undefined ? `${origin}${usual}${rest}` : `${origin}${rest}`];
}
