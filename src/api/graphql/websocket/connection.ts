import type { IncomingMessage } from "node:http";
import { CloseCode, type Server } from "graphql-ws";
import type { WebSocket } from "ws";
import { type Log, toError } from "../../../base/index.ts";
import { websocketAnswersMax } from "../../limits.ts";
import { openInbox } from "./inbox.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import type { Sessions } from "./sessions.ts";
import { createSlots, type Slots } from "./slots.ts";
import type { Turns } from "./turns.ts";

/** What hooks of graphql-ws know of a socket. */
export type Extra = {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  readonly outbox: Outbox;
  readonly answers: Slots;
};

export type ConnectionOptions = {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  readonly sessions: Pick<Sessions, "accountOf" | "during">;
  readonly turn: Turns;
  readonly log: Log;
};

/** So often a sign of life is asked for; a socket without one by the next time is ended. */
const lifeMilliseconds = 12_000;

/** Joins a socket of `ws` to the protocol of graphql-ws. Its own way of doing so bounds neither what comes nor what waits to be read. */
export function openConnection(server: Server<Extra>, { socket, request, sessions, turn, log }: ConnectionOptions): void {
  const outbox = createOutbox(socket);
  let receive: (text: string) => Promise<void> = async () => undefined;
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: outbox.send,
      close: (code, reason) => socket.close(code, reason),
      onMessage: (listener) => {
        receive = listener;
      },
    },
    { socket, request, outbox, answers: createSlots(websocketAnswersMax) },
  );
  const handle = (text: string): void => {
    // Handling a message takes as long as the operation that it begins.
    sessions
      .during(socket, text.length, () => receive(text))
      .catch((error) => {
        log.warn({ err: toError(error) }, "a message on a socket failed");
        socket.close(CloseCode.InternalServerError, "Internal server error");
      });
  };
  openInbox(socket, { outbox, account: () => sessions.accountOf(socket), turn, handle });
  endWhenSilent(socket, outbox);
  // Unheard it would end the process; ws has closed the socket by then.
  socket.on("error", (error) => log.debug({ err: error }, "a socket broke"));
  socket.once("close", (code, reason) => {
    closed(code, String(reason)).catch((error) => log.warn({ err: toError(error) }, "a socket did not end well"));
  });
}

/** Of a peer that is not read from, because it reads slowly itself, the only sign of life is that it does read. */
function endWhenSilent(socket: WebSocket, outbox: Pick<Outbox, "moved">): void {
  let isAlive = true;
  const noteLife = (): void => {
    isAlive = true;
  };
  for (const sign of ["message", "ping", "pong"]) socket.on(sign, noteLife);
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = outbox.moved();
    if (socket.readyState === socket.OPEN) socket.ping();
  }, lifeMilliseconds);
  socket.once("close", () => clearInterval(timer));
}
