import { CloseCode } from "graphql-ws";
import type { Extra } from "graphql-ws/use/ws";
import type { WebSocket } from "ws";
import { type Authenticator, hasSameRights } from "../../../access/index.ts";
import { AppError, invariant, type Log, toError } from "../../../base/index.ts";
import type { Actor } from "../../../storage/index.ts";
import type { CallerAddress } from "../../caller-address.ts";
import type { KeyGuard } from "../../key-guard.ts";

/** What is known of a socket once its key was accepted. */
type Session = { readonly authorization: string; readonly actor: Actor };

export type SessionOptions = {
  /** For keys that come with a new socket. */
  readonly guard: KeyGuard;
  /** For those of open sockets. */
  readonly authenticator: Authenticator;
  readonly callerAddress: CallerAddress;
  readonly perKeyMax: number;
  readonly log: Log;
};

export type Sessions = {
  /** Accepts or closes a socket whose key came. False: it was closed. */
  open(extra: Extra, authorization: string): Promise<boolean>;
  close(socket: WebSocket): void;
  actorOf(socket: WebSocket): Actor;
  /** Closes the sockets whose keys were revoked, ran out or may do something else now: clients come back as what they are. */
  check(): Promise<void>;
};

export function createSessions(options: SessionOptions): Sessions {
  const sessions = new Map<WebSocket, Session>();
  const counts = new Map<string, number>();

  const add = (socket: WebSocket, session: Session): boolean => {
    const count = counts.get(session.actor.id) ?? 0;
    if (count >= options.perKeyMax) {
      socket.close(CloseCode.TooManyInitialisationRequests, `A key may have ${options.perKeyMax} sockets open`);
      return false;
    }
    counts.set(session.actor.id, count + 1);
    sessions.set(socket, session);
    return true;
  };

  return {
    async open({ socket, request }, authorization) {
      try {
        const actor = await options.guard.authenticate(authorization || undefined, options.callerAddress(request));
        // It may have gone while its key was looked up; nobody would count it off again.
        return socket.readyState === socket.OPEN && add(socket, { authorization, actor });
      } catch (error) {
        refuse(socket, error, options.log);
        return false;
      }
    },
    close(socket) {
      const session = sessions.get(socket);
      if (!session) return;
      sessions.delete(socket);
      const left = (counts.get(session.actor.id) ?? 1) - 1;
      if (left > 0) counts.set(session.actor.id, left);
      else counts.delete(session.actor.id);
    },
    actorOf(socket) {
      const session = sessions.get(socket);
      invariant(session, "an operation came over a socket without a key");
      return session.actor;
    },
    async check() {
      for (const [socket, { authorization, actor }] of sessions) {
        try {
          const present = await options.authenticator.authenticate(authorization);
          if (!hasSameRights(actor, present)) socket.close(CloseCode.Forbidden, "The rights of this key have changed");
        } catch (error) {
          // A database that is away says nothing about a key.
          if (isKeyFault(error)) socket.close(CloseCode.Forbidden, "This API key is no longer valid");
        }
      }
    },
  };
}

function isKeyFault(error: unknown): boolean {
  return error instanceof AppError && (error.kind === "unauthenticated" || error.kind === "forbidden");
}

function refuse(socket: WebSocket, error: unknown, log: Log): void {
  log.debug({ err: toError(error) }, "a socket was refused");
  if (isKeyFault(error)) socket.close(CloseCode.Forbidden, "This API key is missing or not valid");
  else if (error instanceof AppError && error.kind === "limited")
    socket.close(CloseCode.TooManyInitialisationRequests, "Too many wrong API keys came from this address");
  else socket.close(tryAgainLater, "The key cannot be looked up just now");
}

/** Of RFC 6455; clients come back by themselves. */
const tryAgainLater = 1013;
