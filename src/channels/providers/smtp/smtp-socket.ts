import { connect as connectPlain, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { guardedLookup, hostRefused } from "../../guarded-lookup.ts";
import { literalAddress, type PrivateHostRule, refusalOf } from "../../host-rules.ts";

export type SocketOptions = {
  readonly host: string;
  readonly port: number;
  readonly privateHosts: PrivateHostRule;
  readonly timeoutMilliseconds: number;
  /** For a server that speaks TLS from the first byte; null for the others. */
  readonly tls: ConnectionOptions | null;
};

export type OpenedSocket = { readonly connection: Socket; readonly secured: boolean };
export type OpenedCallback = (error: Error | null, opened?: OpenedSocket) => void;

/**
 * Opens a connection to an SMTP server, where the rule of hosts lets it. `done` is called in the same turn in which the
 * connection stands, so that whoever takes it over hears every error.
 */
export function openSmtpSocket(options: SocketOptions, done: OpenedCallback): void {
  const { host, port, privateHosts, tls } = options;
  const literal = literalAddress(host);
  const refusal = literal === null ? null : refusalOf(literal, privateHosts);
  if (refusal !== null) return void setImmediate(() => done(hostRefused(refusal)));
  const target = {
    host: literal ?? host,
    port,
    noDelay: true,
    lookup: guardedLookup((address) => refusalOf(address, privateHosts)),
  };
  const servername = literal === null ? { servername: host } : {};
  const socket = tls ? connectTls({ ...target, ...servername, ...tls }) : connectPlain(target);
  const timer = setTimeout(() => socket.destroy(timedOut()), options.timeoutMilliseconds);
  const fail = (error: Error): void => {
    clearTimeout(timer);
    done(error);
  };
  socket.once("error", fail);
  socket.once(tls ? "secureConnect" : "connect", () => {
    clearTimeout(timer);
    socket.off("error", fail);
    done(null, { connection: socket, secured: tls !== null });
  });
}

function timedOut(): NodeJS.ErrnoException {
  return Object.assign(new Error("The server did not answer in time."), { code: "ETIMEDOUT" });
}
