import { invariant } from "../../../base/index.ts";
import type { PrivateHostRule } from "../../host-rules.ts";
import { type HttpAnswer, jsonObjectOf } from "../../http/answer.ts";
import { createHttpPool } from "../../http/http-pool.ts";
import { codeIn, httpOutcome, textIn, type Words } from "../../http/outcome.ts";
import { sendEach } from "../../send-each.ts";
import type { OutgoingMessage, Transport } from "../../transport.ts";
import { meaningOf } from "./codes.ts";
import type { TwilioSettings } from "./settings.ts";

export type TwilioOptions = {
  readonly settings: TwilioSettings;
  /** Of the API key, or of the account where there is none. */
  readonly secret: string;
  readonly connections: number;
  readonly privateHosts: PrivateHostRule;
};

/** The parameter of a callback's address that says which message it is about. */
export const messageIdParameter = "messageId";

/** SMS through Twilio's Messages resource, one call a message. */
export function createTwilioTransport({ settings, secret, connections, privateHosts }: TwilioOptions): Transport {
  const { accountSid, apiKeySid, timeoutSeconds } = settings;
  const pool = createHttpPool({ url: settings.baseUrl ?? "https://api.twilio.com", connections, timeoutSeconds, privateHosts });
  const path = `/2010-04-01/Accounts/${accountSid}/Messages.json`;
  const headers = {
    authorization: `Basic ${Buffer.from(`${apiKeySid ?? accountSid}:${secret}`).toString("base64")}`,
    "content-type": "application/x-www-form-urlencoded",
    accept: "application/json",
    "user-agent": "envoi",
  };
  const sendOne = async (message: OutgoingMessage) => {
    const answer = await pool.post({ path, headers, body: formOf(message, settings).toString() });
    return httpOutcome(answer, wordsOf(answer));
  };
  return { send: sendEach(sendOne), stop: () => pool.stop() };
}

function formOf({ key, address, content }: OutgoingMessage, settings: TwilioSettings): URLSearchParams {
  invariant(content.channel === "SMS", "Twilio carries SMS only");
  const { from, messagingServiceSid, validitySeconds, statusCallbackUrl } = settings;
  const form = new URLSearchParams({ To: address, Body: content.body });
  if (messagingServiceSid !== null) form.set("MessagingServiceSid", messagingServiceSid);
  if (from !== null) form.set("From", from);
  if (validitySeconds !== null) form.set("ValidityPeriod", String(validitySeconds));
  if (statusCallbackUrl !== null) form.set("StatusCallback", callbackUrl(statusCallbackUrl, key));
  return form;
}

function callbackUrl(text: string, key: string): string {
  const url = new URL(text);
  url.searchParams.set(messageIdParameter, key);
  return url.href;
}

function wordsOf(answer: HttpAnswer): Words {
  if (answer.kind === "failed") return {};
  const { sid, code: said, message } = jsonObjectOf(answer.body);
  const code = codeIn(said);
  return { id: textIn(sid), code, reason: textIn(message), ...meaningOf(code) };
}
