import { toError } from "../../../base/index.ts";
import { type ConnectOptions, connectToServer, overdue } from "./smtp-connect.ts";
import { smtpFault } from "./smtp-fault.ts";
import type { Turn } from "./smtp-hand-overs.ts";
import type { Session } from "./smtp-session.ts";

export type Connections = {
  /** With one that is idle, or a new one; it is ended when the turn is over. No more are used at once than there are turns. */
  use<T>(turn: Turn, work: (session: Session) => Promise<T>): Promise<T>;
  /** Closes what is idle, and everything else when it is done. */
  stop(): void;
};

export function createConnections(options: ConnectOptions): Connections {
  /** The one used last is used next: what is not needed falls asleep, and the server may close it. */
  const idle: Session[] = [];
  let isStopped = false;

  const idleOne = (): Session | null => {
    for (let session = idle.pop(); session; session = idle.pop()) if (session.dialogue.fault() === null) return session;
    return null;
  };

  const stopped = (): Error => smtpFault("ECONNECTION", "The transport was stopped.");

  const giveBack = (session: Session): void => {
    if (isStopped) session.dialogue.fail(stopped());
    else if (session.dialogue.fault() === null) idle.push(session);
  };

  return {
    async use(turn, work) {
      if (isStopped) throw stopped();
      const session = idleOne() ?? (await connectToServer(options, turn));
      turn.giveUp = () => session.dialogue.fail(overdue());
      try {
        return await work(session);
      } catch (error) {
        session.dialogue.fail(toError(error));
        throw error;
      } finally {
        giveBack(session);
      }
    },
    stop() {
      isStopped = true;
      for (const { dialogue } of idle.splice(0)) dialogue.fail(stopped());
    },
  };
}
