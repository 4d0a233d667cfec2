import type { EntityManager } from "@mikro-orm/postgresql";
import { toError } from "../../base/index.ts";
import { run } from "../../storage/index.ts";
import { insertSandboxMessages, trimSandboxMessages } from "../sql/sandbox-messages.ts";
import type { OutgoingMessage, Transport } from "../transport.ts";
import { withPreheader } from "./email-message.ts";

/** Trimming looks at the whole mailbox, so it waits for this many new messages. */
const trimEvery = 5000;

export type SandboxOptions = { readonly em: () => EntityManager; readonly messagesMax: number };

/** The built-in mailbox: one entry per key, so a repeated hand-over of the same message leaves one. */
export function createSandboxTransport(options: SandboxOptions): Transport {
  let sinceTrim = 0;
  return {
    async send(messages, handedAt, report) {
      try {
        await run({ em: options.em() }, insertSandboxMessages(messages.map(toEntry), handedAt));
      } catch (error) {
        // Kept by key, so trying again cannot double anything, whether or not this try was committed.
        for (const message of messages) report(message, { kind: "deferred", reason: toError(error).message });
        return;
      }
      for (const message of messages) report(message, { kind: "sent", providerMessageId: `sandbox:${message.key}` });
      sinceTrim += messages.length;
      if (sinceTrim < trimEvery) return;
      sinceTrim = 0;
      await run({ em: options.em() }, trimSandboxMessages(options.messagesMax));
    },
    stop: async () => undefined,
  };
}

export type SandboxEntry = Pick<OutgoingMessage, "key" | "campaignId" | "executionId" | "userId" | "address"> & {
  readonly channel: string;
  readonly content: string;
};

function toEntry(message: OutgoingMessage): SandboxEntry {
  const { content } = message;
  const shown = content.channel === "EMAIL" ? { ...content, html: withPreheader(content.html, content.preheader) } : content;
  return { ...message, channel: content.channel, content: storableJson(shown) };
}

/** What jsonb cannot hold is shown as the replacement character: one such message must not keep back those beside it. */
function storableJson(content: unknown): string {
  return JSON.stringify(content, (_key, value) =>
    typeof value === "string" ? value.replaceAll("\0", "\ufffd").toWellFormed() : value,
  );
}
