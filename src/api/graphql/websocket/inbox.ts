import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { CloseCode } from "graphql-ws";
import type { WebSocket } from "ws";
import { websocketMessagesBeforeKeyMax, websocketMessagesPace, websocketMessagesWaitingMax } from "../../limits.ts";
import { createPace } from "../../pace.ts";
import type { Outbox } from "./outbox.ts";

export type InboxOptions = {
  readonly outbox: Pick<Outbox, "isFull" | "ready">;
  /** Whether its key was accepted. */
  readonly isKnown: () => boolean;
  readonly handle: (text: string) => void;
};

/** Messages that are handled before others get a turn. */
const messagesPerTurn = 20;

/**
 * Hands the messages of a socket on in their order. Whoever sends too fast, or does not read what it is answered, is not read
 * from meanwhile, so that what it sends waits on its own side. Pings of the protocol below count like messages.
 */
export function openInbox(socket: WebSocket, { outbox, isKnown, handle }: InboxOptions): void {
  const pace = createPace(websocketMessagesPace);
  const waiting: (() => void)[] = [];
  let before = 0;
  let isHandling = false;

  const waitForTurn = async (): Promise<void> => {
    const milliseconds = pace.take(performance.now()) ?? 0;
    if (milliseconds === 0 && !outbox.isFull()) return;
    socket.pause();
    await pause(milliseconds, undefined, { ref: false });
    await outbox.ready();
  };

  const handleAll = async (): Promise<void> => {
    isHandling = true;
    for (let count = 1; waiting.length > 0 && socket.readyState === socket.OPEN; count += 1) {
      await waitForTurn();
      waiting.shift()?.();
      if (count % messagesPerTurn === 0) await nextTurn();
    }
    isHandling = false;
    socket.resume();
  };

  const take = (message: () => void): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (!isKnown()) before += 1;
    if (before > websocketMessagesBeforeKeyMax || waiting.length >= websocketMessagesWaitingMax) {
      waiting.length = 0;
      socket.close(CloseCode.TooManyInitialisationRequests, "Too many messages at once");
      return;
    }
    waiting.push(message);
    if (waiting.length > messagesPerTurn) socket.pause();
    if (!isHandling) void handleAll();
  };

  socket.on("message", (data) => take(() => handle(String(data))));
  socket.on("ping", (data) => take(() => socket.pong(data)));
}
