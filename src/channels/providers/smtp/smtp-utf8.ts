import type { Transporter } from "nodemailer";
import type { Outcome } from "../../outcome.ts";

/** What is read of nodemailer's pool: it does not say in public which of its connections takes a message, nor what that one speaks. */
type Pool = {
  readonly _connections?: readonly {
    readonly queueEntry?: { readonly mail: unknown } | false;
    readonly connection?: { readonly _supportedExtensions?: readonly string[] };
  }[];
};

const nonAscii = /[^\x20-\x7e]/;

/** Where a local part has letters outside ASCII, RFC 6531 asks for a server that takes them. There is no other spelling of it. */
export const notInternational: Outcome = {
  kind: "rejected",
  reason: "The server does not take addresses with letters outside ASCII (SMTPUTF8, RFC 6531). Nothing was handed over.",
  code: "SMTPUTF8",
};

/**
 * Keeps messages whose addresses the server's connection cannot carry from being handed over: nodemailer would send such an
 * address as raw octets. Returns which messages were kept back, by their Message-ID.
 */
export function keepFromAsciiServers(mailer: Transporter): Set<string> {
  const kept = new Set<string>();
  const pool = mailer.transporter as unknown as Pool;
  mailer.use("stream", (mail, done) => {
    const getEnvelope = mail.message.getEnvelope.bind(mail.message);
    mail.message.getEnvelope = () => {
      const envelope = getEnvelope();
      if (![envelope.from, ...envelope.to].some((address) => address !== false && nonAscii.test(address))) return envelope;
      const taker = pool._connections?.find(({ queueEntry }) => queueEntry && queueEntry.mail === mail);
      if (taker?.connection?._supportedExtensions?.includes("SMTPUTF8")) return envelope;
      kept.add(mail.message.messageId());
      // An envelope without recipients is refused by nodemailer before anything is said, and the connection stays in use.
      return { ...envelope, to: [] };
    };
    done();
  });
  return kept;
}
