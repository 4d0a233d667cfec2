import { createHash } from "node:crypto";
import type { OutgoingMessage, Transport } from "../../transport.ts";

/**
 * Takes every message and sends nothing: for load tests. The hash of what was rendered is kept as the provider's id of
 * the message, so a test can see that each one was rendered, and rendered right.
 */
export function createDiscardTransport(): Transport {
  return {
    async send(messages, _handedAt, report) {
      for (const message of messages) report(message, { kind: "sent", providerMessageId: contentHash(message.content) });
    },
    stop: async () => undefined,
  };
}

/** SHA-256 over the rendered fields as JSON, in the order of `RenderedMessage`; hexadecimal, its first half. */
function contentHash(content: OutgoingMessage["content"]): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 32);
}
