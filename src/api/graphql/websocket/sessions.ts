import { CloseCode } from "graphql-ws";
import type { WebSocket } from "ws";
import { type Authenticator, hasSameRights } from "../../../access/index.ts";
import { AppError, invariant, type Log, toError, unauthenticated } from "../../../base/index.ts";
import type { Actor } from "../../../storage/index.ts";
import type { CallerAddress } from "../../caller-address.ts";
import type { KeyGuard } from "../../key-guard.ts";
import type { Extra } from "./connection.ts";
import { createKeyAccounts, type KeyAccount } from "./key-accounts.ts";

/** What is known of a socket once its key was accepted. */
export type Session = { readonly authorization: string; readonly actor: Actor; readonly account: KeyAccount };

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
  /** Null before its key was accepted. */
  accountOf(socket: WebSocket): KeyAccount | null;
  /**
   * The session of a socket that wants to begin something: its key is looked up once more. Closes the socket, and throws, when
   * the key has ended or may do something else now.
   */
  present(socket: WebSocket): Promise<Session>;
  /** Counts what is under way, of so many bytes, for the key of a socket. */
  during(socket: WebSocket, bytes: number, work: () => Promise<void>): Promise<void>;
  /**
   * Closes the sockets whose keys were revoked, ran out or may do something else now: clients come back as what they are.
   * With an id only those of this key.
   */
  check(keyId?: string): Promise<void>;
};

export function createSessions(options: SessionOptions): Sessions {
  const sessions = new Map<WebSocket, Session>();
  const accounts = createKeyAccounts(options.perKeyMax);

  const sessionOf = (socket: WebSocket): Session => {
    const session = sessions.get(socket);
    invariant(session, "an operation came over a socket without a key");
    return session;
  };

  const verify = async (socket: WebSocket, { authorization, actor }: Session): Promise<void> => {
    let reason = "The rights of this key have changed";
    try {
      if (hasSameRights(actor, await options.authenticator.authenticate(authorization))) return;
    } catch (error) {
      // A database that is away says nothing about a key.
      if (!isKeyFault(error)) throw error;
      reason = "This API key is no longer valid";
    }
    socket.close(CloseCode.Forbidden, reason);
    throw unauthenticated("UNAUTHENTICATED", `${reason}.`);
  };

  return {
    async open({ socket, request }, authorization) {
      try {
        const actor = await options.guard.authenticate(authorization || undefined, options.callerAddress(request));
        // It may have gone while its key was looked up; nobody would count it off again.
        if (socket.readyState !== socket.OPEN) return false;
        const account = accounts.open(actor);
        if (account) sessions.set(socket, { authorization, actor, account });
        else socket.close(CloseCode.TooManyInitialisationRequests, `A key may have ${options.perKeyMax} sockets open`);
        return account !== null;
      } catch (error) {
        refuse(socket, error, options.log);
        return false;
      }
    },
    close(socket) {
      const session = sessions.get(socket);
      if (session) accounts.close(session.actor);
      sessions.delete(socket);
    },
    accountOf: (socket) => sessions.get(socket)?.account ?? null,
    async present(socket) {
      const session = sessionOf(socket);
      await verify(socket, session);
      return session;
    },
    async during(socket, bytes, work) {
      const account = sessions.get(socket)?.account;
      if (!account) return work();
      account.operations += 1;
      account.bytes += bytes;
      try {
        await work();
      } finally {
        account.operations -= 1;
        account.bytes -= bytes;
      }
    },
    async check(keyId) {
      for (const [socket, session] of sessions)
        if (keyId === undefined || session.actor.id === keyId) await verify(socket, session).catch(() => undefined);
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
