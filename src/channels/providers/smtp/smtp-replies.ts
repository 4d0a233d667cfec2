import { smtpFault } from "./smtp-fault.ts";

/** Its text has the lines as they came, codes and all. */
export type Reply = { readonly code: number; readonly text: string };

/** "Service not available, closing transmission channel", in answer to whatever was said last. */
export const serviceNotAvailable = 421;

export type ReplyReader = {
  /** Replies that came to their end with this chunk: none, one, or those to several commands. Throws for what is no reply. */
  read(chunk: Buffer): Reply[];
  /** What came of a reply that has not come to its end. */
  rest(): string;
};

/** Far more than any reply has: who never ends one must not fill the memory. */
const charactersMax = 1024 * 1024;
/** Three digits, and whether more lines follow (RFC 5321, 4.2.1). */
const replyLine = /^(\d{3})(?:([ -])|$)/;

/** Replies may come in any number of packets, and many in one. */
export function createReplyReader(): ReplyReader {
  let unread = "";
  let lines: string[] = [];
  let characters = 0;

  const readLine = (line: string): Reply | null => {
    if (line === "" && lines.length === 0) return null;
    const match = replyLine.exec(line);
    if (!match) throw smtpFault("EPROTOCOL", "The server's answer is no reply.");
    lines.push(line);
    characters += line.length;
    if (match[2] === "-") return null;
    const text = decoded(lines.join("\n"));
    lines = [];
    characters = 0;
    return { code: Number(match[1]), text };
  };

  return {
    read(chunk) {
      const came = (unread + chunk.toString("latin1")).split(/\r?\n/);
      unread = came.pop() ?? "";
      const replies = came.map(readLine).filter((reply) => reply !== null);
      if (characters + unread.length > charactersMax) throw smtpFault("EPROTOCOL", "The server's reply has no end.");
      return replies;
    },
    rest: () => [...lines, unread].join("\n").trim(),
  };
}

/** Nothing says which characters a reply is written in (RFC 5321, 4.2.1); most servers mean UTF-8. */
function decoded(octets: string): string {
  const text = Buffer.from(octets, "latin1").toString("utf8");
  return text.includes("\ufffd") ? octets : text;
}
