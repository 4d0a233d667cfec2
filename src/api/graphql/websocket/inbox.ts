import { setTimeout as pause } from "node:timers/promises";
import { CloseCode } from "graphql-ws";
import type { RawData, WebSocket } from "ws";
import {
  websocketMessagesBeforeKeyMax,
  websocketMessagesPace,
  websocketMessagesWaitingMax,
  websocketMessageWeightBytes,
} from "../../limits.ts";
import { createPace } from "../../pace.ts";
import type { KeyAccount } from "./key-accounts.ts";
import type { Outbox } from "./outbox.ts";
import type { Turns } from "./turns.ts";

export type InboxOptions = {
  readonly outbox: Pick<Outbox, "isFull" | "ready">;
  /** Of its key; null until that was accepted. */
  readonly account: () => KeyAccount | null;
  /** Shared by all sockets: a burst of one holds nobody up. */
  readonly turn: Turns;
  readonly handle: (text: string) => void;
};

type Waiting = { readonly bytes: number; readonly handle: () => void };

/** With more of them nothing else is read from the socket. */
const waitingMax = 20;

/**
 * Hands the messages of a socket on in their order. Whoever sends too fast, or does not read what it is answered, is not read
 * from meanwhile, so that what it sends waits on its own side. Pings of the protocol below count like messages.
 */
export function openInbox(socket: WebSocket, { outbox, account, turn, handle }: InboxOptions): void {
  const pace = createPace(websocketMessagesPace);
  const waiting: Waiting[] = [];
  let before = 0;
  let isHandling = false;

  const waitForTurn = async ({ bytes }: Waiting): Promise<void> => {
    const now = performance.now();
    const weight = Math.max(1, bytes / websocketMessageWeightBytes);
    // Each socket has one place at a time in the row of its key: those of one key take turns.
    const milliseconds = Math.max(pace.take(now, weight), account()?.messages.take(now, weight) ?? 0);
    if (milliseconds === 0 && !outbox.isFull()) return;
    socket.pause();
    await pause(milliseconds, undefined, { ref: false });
    await outbox.ready();
  };

  const handleAll = async (): Promise<void> => {
    isHandling = true;
    for (let next = waiting[0]; next && socket.readyState === socket.OPEN; next = waiting[0]) {
      await waitForTurn(next);
      await turn();
      // It may have been closed meanwhile, by whoever took its key away.
      if (socket.readyState !== socket.OPEN) return;
      waiting.shift();
      next.handle();
    }
    isHandling = false;
    socket.resume();
  };

  const take = (message: Waiting): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (!account()) before += 1;
    if (before > websocketMessagesBeforeKeyMax || waiting.length >= websocketMessagesWaitingMax) {
      waiting.length = 0;
      socket.close(CloseCode.TooManyInitialisationRequests, "Too many messages at once");
      return;
    }
    waiting.push(message);
    if (waiting.length > waitingMax) socket.pause();
    if (!isHandling) void handleAll();
  };

  socket.on("message", (data) => take({ bytes: sizeOf(data), handle: () => handle(String(data)) }));
  socket.on("ping", (data) => take({ bytes: 0, handle: () => socket.pong(data) }));
}

function sizeOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, part) => sum + part.length, 0) : data.byteLength;
}
