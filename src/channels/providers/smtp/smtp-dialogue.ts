import type { Socket } from "node:net";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { smtpFault } from "./smtp-fault.ts";
import { createReplyReader, type Reply, serviceNotAvailable } from "./smtp-replies.ts";

export type Dialogue = {
  /**
   * Writes what asks for so many replies, and waits for them; they are put into `replies` one by one, so that those that came
   * before a fault are known. Fewer come when the server says 421: after that it says nothing more. `written` is called when the
   * system has taken the last octet.
   */
  ask(octets: string | Buffer, count: number, replies: Reply[], written?: () => void): Promise<void>;
  /** Writes more of what the reply that is waited for belongs to. */
  goOn(octets: Buffer): void;
  /** Why nothing can be asked; null when it can. */
  fault(): Error | null;
  /** Ends it, and whatever waits for an answer with this error. */
  fail(error: Error): void;
};

type Asked = {
  readonly replies: Reply[];
  readonly count: number;
  readonly answered: () => void;
  readonly failed: (error: Error) => void;
};

/**
 * Commands and replies over a connection that nodemailer has opened, secured and logged in; its time-outs and its words for
 * what became of the connection stay. Replies are counted: one that nobody asked for ends the dialogue, since the next answer
 * would be taken for another one's.
 */
export function createDialogue(connection: SMTPConnection, socket: Socket): Dialogue {
  const reader = createReplyReader();
  let asked: Asked | null = null;
  let fault: Error | null = null;

  const fail = (error: Error): void => {
    fault ??= error;
    asked?.failed(fault);
    asked = null;
    connection.close();
  };

  const hear = (reply: Reply): void => {
    const isLast = reply.code === serviceNotAvailable;
    asked?.replies.push(reply);
    if (asked && asked.replies.length < asked.count && !isLast) return;
    const isAsked = asked !== null;
    asked?.answered();
    asked = null;
    if (isLast) fail(smtpFault("ECONNECTION", "The server closed the connection.", reply.text));
    else if (!isAsked) fail(smtpFault("EPROTOCOL", "The server answered what it was not asked."));
  };

  socket.removeAllListeners("data");
  socket.on("data", (chunk) => {
    try {
      for (const reply of reader.read(chunk)) if (!fault) hear(reply);
    } catch (error) {
      fail(error as Error);
    }
  });
  connection.on("error", fail);
  connection.once("end", () => fail(closedFault(reader.rest())));

  const faultNow = (): Error | null => {
    if (fault === null && reader.rest() !== "") fail(smtpFault("EPROTOCOL", "The server answered what it was not asked."));
    if (fault === null && !socket.writable) fail(closedFault(""));
    return fault;
  };

  return {
    ask: (octets, count, replies, written) =>
      new Promise((answered, failed) => {
        const found = faultNow();
        if (found) return failed(found);
        asked = { replies, count: replies.length + count, answered, failed };
        socket.write(octets, (error) => {
          if (!error && !fault) written?.();
        });
      }),
    goOn: (octets) => void socket.write(octets),
    fault: faultNow,
    fail,
  };
}

/** A server that says why it leaves may leave before the end of the line. */
function closedFault(rest: string): Error {
  return smtpFault("ECONNECTION", "Connection closed unexpectedly", /^[45]\d\d[ -]/.test(rest) ? rest : undefined);
}
