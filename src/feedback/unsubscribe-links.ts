import type { Sealer } from "../storage/index.ts";

const purpose = "unsubscribe link";

export type UnsubscribeTarget = { readonly messageId: string; readonly address: string };

export type UnsubscribeLinks = {
  /** A link that only this server can have made; it shows neither the person nor the address. */
  urlFor(target: UnsubscribeTarget): string;
  /** Null for a link that was altered or made with another secret. */
  read(token: string): UnsubscribeTarget | null;
};

export function createUnsubscribeLinks(options: { readonly sealer: Sealer; readonly publicUrl: () => string }): UnsubscribeLinks {
  return {
    urlFor({ messageId, address }) {
      const token = options.sealer.seal(purpose, JSON.stringify([messageId, address])).toString("base64url");
      return `${options.publicUrl()}/unsubscribe/${token}`;
    },
    read(token) {
      const text = options.sealer.open(purpose, Buffer.from(token, "base64url"));
      if (text === null) return null;
      const [messageId, address] = JSON.parse(text) as [string, string];
      return { messageId, address };
    },
  };
}
