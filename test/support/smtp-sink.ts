import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from "smtp-server";

export type Delivery = {
  /** When the final dot came, on the process's monotonic clock. */
  readonly at: number;
  readonly from: string;
  readonly recipients: readonly string[];
  readonly raw: Buffer;
};

/** `null` takes the message, an error refuses it, "cut" takes it and closes the connection before the answer. */
export type Answer = Error | "cut" | null;

export type SinkOptions = {
  readonly port?: number;
  readonly server?: SMTPServerOptions;
  readonly onRecipient?: (address: string) => Error | null;
  readonly onMessage?: (delivery: Delivery) => Answer;
};

export type SmtpSink = {
  readonly port: number;
  /** Everything that came whole, also what was refused or cut after its final dot. */
  readonly deliveries: readonly Delivery[];
  readonly connectionCount: number;
  /** Conversations that got as far as naming a sender. */
  readonly envelopeCount: number;
  stop(): Promise<void>;
};

/** A real SMTP server on the loopback that keeps what it gets. */
export async function startSmtpSink(options: SinkOptions = {}): Promise<SmtpSink> {
  const deliveries: Delivery[] = [];
  let connectionCount = 0;
  let envelopeCount = 0;
  const server: SMTPServer = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    disableReverseLookup: true,
    logger: false,
    onConnect(_session, done) {
      connectionCount += 1;
      done();
    },
    onMailFrom(_address, _session, done) {
      envelopeCount += 1;
      done();
    },
    onRcptTo: ({ address }, _session, done) => done(options.onRecipient?.(address) ?? null),
    onData(stream, session, done) {
      buffer(stream).then((raw) => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom ? mailFrom.address : "";
        const delivery = { at: performance.now(), from, recipients: rcptTo.map(({ address }) => address), raw };
        deliveries.push(delivery);
        const answer = options.onMessage?.(delivery) ?? null;
        if (answer === "cut") cut(server, session);
        else done(answer);
      }, done);
    },
    ...options.server,
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    deliveries,
    get connectionCount() {
      return connectionCount;
    },
    get envelopeCount() {
      return envelopeCount;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const connection of server.connections) connection._socket.destroy();
        server.close(resolve);
      }),
  };
}

/** Opens sinks for the tests of a file, and stops those that are open. */
export function createSinks(): { open(options?: SinkOptions): Promise<SmtpSink>; stop(): Promise<void> } {
  const sinks: SmtpSink[] = [];
  return {
    async open(options = {}) {
      const sink = await startSmtpSink(options);
      sinks.push(sink);
      return sink;
    },
    async stop() {
      for (const sink of sinks.splice(0)) await sink.stop();
    },
  };
}

/** A port on which nobody answers. */
export async function aClosedPort(): Promise<number> {
  const sink = await startSmtpSink();
  await sink.stop();
  return sink.port;
}

function cut(server: SMTPServer, session: SMTPServerSession): void {
  for (const connection of server.connections) if (connection.session.id === session.id) connection._socket.destroy();
}

export function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
