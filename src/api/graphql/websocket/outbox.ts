import type { WebSocket } from "ws";
import { websocketUnreadBytesMax } from "../../limits.ts";

export type Outbox = {
  /** Resolves when the other side took it. Once the socket closes nothing is sent, and it resolves when it is closed. */
  send(text: string): Promise<void>;
  /** The same of a text that is there as bytes, in pieces. */
  sendJson(pieces: readonly (string | Uint8Array)[]): Promise<void>;
  /** Whether more waits to be read than may. Nothing more is made for such a reader. */
  isFull(): boolean;
  /** Resolves when it is no longer full, or the socket is closed. */
  ready(): Promise<void>;
  /** Whether something was read while it was full, since this was last asked. */
  moved(): boolean;
};

/** What waits to be read by the other side of a socket, and those who wait until it was. */
export function createOutbox(socket: WebSocket): Outbox {
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  let waiting: (() => void)[] = [];
  let hasMoved = false;

  const isFull = (): boolean => socket.readyState === socket.OPEN && socket.bufferedAmount > websocketUnreadBytesMax;
  const wake = (): void => {
    if (isFull()) return;
    const awake = waiting;
    waiting = [];
    for (const goOn of awake) goOn();
  };
  void closed.then(wake);

  const send = (text: string | Buffer): Promise<void> => {
    // A stream that goes on until its socket is closed would otherwise run as fast as it can, to nobody.
    if (socket.readyState !== socket.OPEN) return closed;
    return new Promise((resolve) => {
      // What becomes of a socket that broke is told by its events.
      socket.send(text, { binary: false }, () => {
        hasMoved ||= waiting.length > 0;
        wake();
        resolve();
      });
    });
  };

  return {
    isFull,
    send: (text) => send(text),
    sendJson: (pieces) => send(Buffer.concat(pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece)))),
    ready: () => (isFull() ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    moved() {
      const moved = hasMoved;
      hasMoved = false;
      return moved;
    },
  };
}
