import SMTPConnection from "nodemailer/lib/smtp-connection";
import { createDialogue } from "./smtp-dialogue.ts";
import { smtpFault } from "./smtp-fault.ts";
import type { Turn } from "./smtp-hand-overs.ts";
import type { Manners, Session } from "./smtp-session.ts";
import { openSmtpSocket, type SocketOptions } from "./smtp-socket.ts";

export type ConnectOptions = {
  readonly socket: SocketOptions;
  /** What nodemailer needs for greeting, TLS, EHLO and login. */
  readonly handshake: NonNullable<ConstructorParameters<typeof SMTPConnection>[0]>;
  readonly login: { readonly user: string; readonly pass: string } | null;
  readonly manners: Manners;
};

/**
 * Connects, secures and logs in, which nodemailer does, and gives the session over as it stands then. It is taken over in the turn in
 * which the last reply came, so that nothing that the server says is heard by nobody.
 */
export function connectToServer(options: ConnectOptions, turn: Turn): Promise<Session> {
  return new Promise((resolve, reject) => {
    let connection: SMTPConnection | null = null;
    const fail = (error: Error): void => {
      // First, since closing says that the connection has ended, which is less.
      reject(error);
      connection?.close();
    };
    turn.giveUp = () => fail(overdue());
    openSmtpSocket(options.socket, (error, opened) => {
      if (error) return reject(error);
      if (!opened || turn.isOver) return void opened?.connection.destroy();
      connection = new SMTPConnection({ ...options.handshake, ...opened });
      connection.on("error", fail);
      connection.once("end", () => reject(smtpFault("ECONNECTION", "Connection closed unexpectedly")));
      shakeHands(connection, options, { fail, resolve });
    });
  });
}

type Ends = { readonly fail: (error: Error) => void; readonly resolve: (session: Session) => void };

function shakeHands(connection: SMTPConnection, { login, manners }: ConnectOptions, { fail, resolve }: Ends): void {
  connection.connect((refused) => {
    if (refused) return fail(refused);
    const extensions = extensionsOf(connection.lastServerResponse || "");
    const takeOver = (): void => {
      const socket = connection._socket;
      if (socket) resolve({ dialogue: createDialogue(connection, socket), extensions, manners });
      else fail(smtpFault("ECONNECTION", "Connection closed unexpectedly"));
    };
    if (login === null || !connection.allowsAuth) return takeOver();
    connection.login({ ...login, credentials: login }, (error) => (error ? fail(error) : takeOver()));
  });
}

/** What a server says that it can, behind the first line of its reply to EHLO (RFC 5321, 4.1.1.1). */
function extensionsOf(reply: string): ReadonlySet<string> {
  const lines = reply.split(/\r?\n/).slice(1);
  return new Set(lines.map((line) => line.slice(4).split(/[ =]/, 1)[0]?.toUpperCase() ?? ""));
}

export function overdue(): Error {
  return smtpFault("EABORT", "The hand-over took too long.");
}
