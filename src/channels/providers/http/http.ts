import type { RenderedMessage } from "../../../content/index.ts";
import { withPreheader } from "../../email/email-message.ts";
import type { PrivateHostRule } from "../../host-rules.ts";
import { type HttpAnswer, jsonObjectOf } from "../../http/answer.ts";
import { createHttpPool } from "../../http/http-pool.ts";
import { codeIn, httpOutcome, textIn, type Words } from "../../http/outcome.ts";
import { sendEach } from "../../send-each.ts";
import { keysOf, signatureHeaders } from "../../standard-webhooks.ts";
import type { OutgoingMessage, Transport } from "../../transport.ts";
import type { HttpSettings } from "./settings.ts";

export type HttpOptions = {
  readonly settings: HttpSettings;
  readonly signingSecret: string;
  readonly authorization: string | null;
  readonly connections: number;
  readonly privateHosts: PrivateHostRule;
};

/** Any gateway that takes a signed JSON body: see docs/providers.md for what it gets and how it answers. */
export function createHttpTransport({
  settings,
  signingSecret,
  authorization,
  connections,
  privateHosts,
}: HttpOptions): Transport {
  const { url, headers, timeoutSeconds, sender } = settings;
  const pool = createHttpPool({ url, connections, timeoutSeconds, privateHosts });
  const { pathname, search } = new URL(url);
  const keys = keysOf(signingSecret);
  const fixed = {
    ...Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value])),
    ...(authorization === null ? {} : { authorization }),
    "content-type": "application/json",
    "user-agent": "envoi",
  };
  const sendOne = async (message: OutgoingMessage, handedAt: Date) => {
    const body = JSON.stringify(bodyOf(message, { handedAt, sender }));
    const timestamp = String(Math.floor(handedAt.getTime() / 1000));
    const signed = signatureHeaders(keys, { id: message.key, timestamp, body });
    const answer = await pool.post({
      path: `${pathname}${search}`,
      headers: { ...fixed, ...signed, "idempotency-key": message.key },
      body,
    });
    return httpOutcome(answer, wordsOf(answer));
  };
  return { send: sendEach(sendOne), stop: () => pool.stop() };
}

type Sending = { readonly handedAt: Date; readonly sender: string | null };

function bodyOf(message: OutgoingMessage, { handedAt, sender }: Sending) {
  const { key: messageId, campaignId, executionId, userId, address, content } = message;
  const { channel, ...rest } = shownContent(content);
  return {
    type: "message.send",
    timestamp: handedAt.toISOString(),
    data: { messageId, campaignId, executionId, userId, channel, address, sender, content: rest },
  };
}

/** The preheader stands in the HTML, where mail programs look for it. */
function shownContent(content: RenderedMessage) {
  if (content.channel !== "EMAIL") return content;
  const { channel, subject, html, text, preheader } = content;
  return { channel, subject, html: withPreheader(html, preheader), text };
}

/** Only what the contract with the gateway names is read: who knows what else answers at an address. */
function wordsOf(answer: HttpAnswer): Words {
  if (answer.kind === "failed") return {};
  const { id, code, reason } = jsonObjectOf(answer.body);
  return { id: textIn(id), code: codeIn(code), reason: textIn(reason) };
}
