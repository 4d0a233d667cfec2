import type { Readable } from "node:stream";
import { createTransport, type SendMailOptions, type Transporter } from "nodemailer";
import { invariant, toError } from "../../../base/index.ts";
import { type EmailSender, messageIdOf, senderOf, withPreheader } from "../../email/email-message.ts";
import type { PrivateHostRule } from "../../host-rules.ts";
import type { Outcome } from "../../outcome.ts";
import type { OutgoingMessage, Transport } from "../../transport.ts";
import { displayName, headerText } from "./header-text.ts";
import type { SmtpSettings } from "./settings.ts";
import { createHandOvers, type Patience } from "./smtp-hand-overs.ts";
import { smtpOutcome } from "./smtp-outcome.ts";
import { type OpenedCallback, openSmtpSocket } from "./smtp-socket.ts";
import { keepFromAsciiServers, notInternational } from "./smtp-utf8.ts";

export type SmtpOptions = {
  readonly settings: SmtpSettings;
  readonly password: string | null;
  readonly privateHosts: PrivateHostRule;
  /** Connections kept open to the server. */
  readonly connections: number;
  /** Shorter in tests. */
  readonly patience?: Patience;
};

const setupMilliseconds = 10_000;
/**
 * However its answers trickle in. Until the body nothing can have been delivered, so giving up costs nothing. After the final dot
 * RFC 5321 asks for 10 minutes, and most servers answer within seconds: giving up leaves the message uncertain.
 */
const patience: Patience = { untilBodyMilliseconds: 60_000, answerMilliseconds: 120_000 };

/** Email through an SMTP server: pooled connections (TCP_NODELAY is on), one message per recipient. */
export function createSmtpTransport(options: SmtpOptions): Transport {
  const { settings, connections } = options;
  const sender = senderOf(settings);
  // With a certificate of its own only that one is trusted: nobody else's says anything about such a server.
  const tls = {
    rejectUnauthorized: settings.verifyCertificate,
    ...(settings.caCertificate ? { ca: settings.caCertificate } : {}),
  };
  const mailer = createTransport({
    pool: true,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
    // The pool must never repeat a message by itself: only the engine knows whether that is allowed.
    maxRequeues: 0,
    host: settings.host,
    port: settings.port,
    secure: settings.security === "TLS",
    requireTLS: settings.security === "STARTTLS",
    ignoreTLS: settings.security === "NONE",
    tls,
    getSocket: (_options: unknown, done: OpenedCallback) =>
      openSmtpSocket(
        {
          host: settings.host,
          port: settings.port,
          privateHosts: options.privateHosts,
          timeoutMilliseconds: setupMilliseconds,
          tls: settings.security === "TLS" ? tls : null,
        },
        done,
      ),
    ...(settings.username ? { auth: { user: settings.username, pass: options.password ?? "" } } : {}),
    connectionTimeout: setupMilliseconds,
    greetingTimeout: setupMilliseconds,
    socketTimeout: patience.answerMilliseconds,
    disableFileAccess: true,
    disableUrlAccess: true,
  });

  const bodies = followBodies(mailer);
  const kept = keepFromAsciiServers(mailer);
  writeHeaders(mailer, sender);
  const handOvers = createHandOvers({ connections, patience: options.patience ?? patience });

  const sendOne = async (message: OutgoingMessage, handedAt: Date): Promise<Outcome> => {
    const mail = toMail(message, sender, handedAt);
    const isBodyRead = (): boolean => bodies.get(mail.messageId)?.readableDidRead ?? false;
    try {
      const info = await handOvers.run(isBodyRead, (signal) => mailer.sendMail({ ...mail, signal }));
      return { kind: "sent", providerMessageId: info.messageId };
    } catch (error) {
      if (kept.delete(mail.messageId)) return notInternational;
      return smtpOutcome(toError(error), isBodyRead());
    } finally {
      bodies.delete(mail.messageId);
    }
  };

  return {
    async send(messages, handedAt, report) {
      await Promise.all(messages.map(async (message) => report(message, await sendOne(message, handedAt))));
    },
    async stop() {
      mailer.close();
    },
  };
}

/** Keeps each message's body stream at hand: once its reading began, a lost connection no longer means "not sent". */
function followBodies(mailer: Transporter): Map<string, Readable> {
  const bodies = new Map<string, Readable>();
  mailer.use("stream", (mail, done) => {
    const create = mail.message.createReadStream.bind(mail.message);
    mail.message.createReadStream = (streamOptions) => {
      const body = create(streamOptions);
      bodies.set(mail.message.messageId(), body);
      return body;
    };
    done();
  });
  return bodies;
}

/** As `headerText` writes them: nodemailer passes words that look encoded on as encoded, and folds no word. */
function writeHeaders(mailer: Transporter, sender: EmailSender): void {
  const from = `${displayName(sender.name ?? "")}<${sender.address}>`;
  mailer.use("stream", (mail, done) => {
    const encode = mail.message.encodeHeaderValue.bind(mail.message);
    mail.message.encodeHeaderValue = (key, value) => {
      if (key === "From") return from;
      return key === "Subject" ? headerText(String(value)) : encode(key, value);
    };
    done();
  });
}

type Mail = SendMailOptions & { readonly messageId: string };

function toMail(message: OutgoingMessage, sender: EmailSender, handedAt: Date): Mail {
  invariant(message.content.channel === "EMAIL", "SMTP carries email only");
  const { subject, html, text, preheader } = message.content;
  return {
    from: { name: sender.name ?? "", address: sender.address },
    ...(sender.replyTo ? { replyTo: { name: "", address: sender.replyTo } } : {}),
    // Objects and an explicit envelope: an address is never parsed as a list.
    to: { name: "", address: message.address },
    envelope: { from: sender.address, to: [message.address] },
    subject,
    html: withPreheader(html, preheader),
    ...(text === null ? {} : { text }),
    messageId: messageIdOf(message, sender),
    date: handedAt,
  };
}
