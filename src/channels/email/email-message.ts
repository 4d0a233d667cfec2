import { readEmailAddress } from "../email-address.ts";
import type { OutgoingMessage } from "../transport.ts";
import { findBody } from "./body-place.ts";

export type EmailSender = { readonly name: string | null; readonly address: string; readonly replyTo: string | null };

type SenderSettings = {
  readonly fromName: string | null;
  readonly fromAddress: string;
  readonly replyToAddress: string | null;
};

/** Addresses as they stand on the wire: with the ASCII form of their domain, also in a Message-ID. */
export function senderOf({ fromName, fromAddress, replyToAddress }: SenderSettings): EmailSender {
  const onWire = (address: string): string => readEmailAddress(address)?.sendTo ?? address;
  return { name: fromName, address: onWire(fromAddress), replyTo: replyToAddress && onWire(replyToAddress) };
}

/** Stable over every attempt, so that a receiver can recognise a repeated message. */
export function messageIdOf(message: OutgoingMessage, sender: EmailSender): string {
  return `<${message.key}@${sender.address.slice(sender.address.lastIndexOf("@") + 1)}>`;
}

/** Puts the preheader where mail programs read their preview from: hidden, first in the body. */
export function withPreheader(html: string, preheader: string | null): string {
  if (!preheader) return html;
  const hidden = `<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(preheader)}</div>`;
  const at = findBody(html);
  return html.slice(0, at) + hidden + html.slice(at);
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
