import { randomUUID } from "node:crypto";
import { invariant, toError } from "../../../base/index.ts";
import { type EmailSender, messageIdOf, senderOf, withPreheader } from "../../email/email-message.ts";
import { readEmailAddress } from "../../email-address.ts";
import type { PrivateHostRule } from "../../host-rules.ts";
import type { Outcome } from "../../outcome.ts";
import type { OutgoingMessage, Transport } from "../../transport.ts";
import type { SmtpSettings } from "./settings.ts";
import { addressOnWire } from "./smtp-address.ts";
import { composeEmail } from "./smtp-compose.ts";
import type { ConnectOptions } from "./smtp-connect.ts";
import { createConnections } from "./smtp-connections.ts";
import { createHandOvers, type Patience, type Turn } from "./smtp-hand-overs.ts";
import { smtpOutcome } from "./smtp-outcome.ts";
import { deliver, type WireEmail } from "./smtp-session.ts";

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

/** Email through an SMTP server: connections that stay open (TCP_NODELAY is on), one message per recipient. */
export function createSmtpTransport(options: SmtpOptions): Transport {
  const sender = senderOf(options.settings);
  const handOvers = createHandOvers({ connections: options.connections, patience: options.patience ?? patience });
  const connections = createConnections(connectOptions(options));

  const handOver = async (message: OutgoingMessage, handedAt: Date, turn: Turn): Promise<Outcome> => {
    try {
      const email = toWire(message, sender, handedAt);
      return await connections.use(turn, (session) => deliver(session, email, turn));
    } catch (error) {
      return smtpOutcome(toError(error), turn.mayHaveLeft);
    }
  };

  return {
    async send(messages, handedAt, report) {
      await Promise.all(
        messages.map(async (message) => report(message, await handOvers.run((turn) => handOver(message, handedAt, turn)))),
      );
    },
    async stop() {
      connections.stop();
    },
  };
}

function connectOptions({ settings, password, privateHosts }: SmtpOptions): ConnectOptions {
  const { host, port, security, username } = settings;
  // With a certificate of its own only that one is trusted: nobody else's says anything about such a server.
  const tls = {
    rejectUnauthorized: settings.verifyCertificate,
    ...(settings.caCertificate ? { ca: settings.caCertificate } : {}),
  };
  return {
    socket: { host, port, privateHosts, timeoutMilliseconds: setupMilliseconds, tls: security === "TLS" ? tls : null },
    handshake: {
      host,
      port,
      secure: security === "TLS",
      requireTLS: security === "STARTTLS",
      ignoreTLS: security === "NONE",
      tls,
      connectionTimeout: setupMilliseconds,
      greetingTimeout: setupMilliseconds,
      socketTimeout: patience.answerMilliseconds,
    },
    login: username ? { user: username, pass: password ?? "" } : null,
    manners: { mayPipeline: true },
  };
}

function toWire(message: OutgoingMessage, sender: EmailSender, date: Date): WireEmail {
  invariant(message.content.channel === "EMAIL", "SMTP carries email only");
  const { subject, html, text, preheader } = message.content;
  const address = readEmailAddress(message.address);
  // Read again: whatever else it is, it is one address, and holds nothing that could end a command or a header.
  invariant(address !== null, "SMTP takes an address in its one form");
  const to = addressOnWire(address.sendTo);
  const messageId = messageIdOf(message, sender);
  const octets = composeEmail({
    ...{ sender, to, subject, text, messageId, date },
    html: withPreheader(html, preheader),
    // No line of quoted-printable or base64 can hold its first two characters (RFC 2045, 6.7).
    boundary: `=_${randomUUID()}`,
  });
  return { from: addressOnWire(sender.address), to, messageId, octets };
}
