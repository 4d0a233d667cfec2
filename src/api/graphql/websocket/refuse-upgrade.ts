import type { Duplex } from "node:stream";

/** So long the other side has to read why. */
const lingerMilliseconds = 1000;

/** Says no to a connection that wanted to become a WebSocket, and ends it, whether or not the other side goes along. */
export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  // What it goes on to send is read and dropped, or its own end would never be noticed.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), lingerMilliseconds);
  socket.once("close", () => clearTimeout(timer));
}
