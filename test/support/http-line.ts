import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A connection without an HTTP client: whatever a test wants to write, and as late as it likes. Ends with the test. */
export type HttpLine = {
  readonly socket: Socket;
  /** What came so far. */
  said(): string;
  /** Seconds from the opening until it was closed. */
  readonly closed: Promise<number>;
};

/** `from` is an address of this machine. */
export function openLine(url: string, from = "127.0.0.1"): Promise<HttpLine> {
  const { hostname, port } = new URL(url);
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let said = "";
    const socket = connect({ host: hostname, port: Number(port), localAddress: from });
    onTestFinished(() => void socket.destroy());
    const closed = new Promise<number>((done) => socket.on("close", () => done((performance.now() - startedAt) / 1000)));
    socket.on("data", (data) => {
      said += data;
    });
    socket.on("error", () => undefined);
    socket.on("connect", () => resolve({ socket, said: () => said, closed }));
  });
}

export type Head = { readonly path?: string; readonly key: string | null; readonly length?: number };

/** The head of a call; its body is whatever is written next. */
export function headOf({ path = "/graphql", key, length }: Head): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    "host: x",
    "content-type: application/json",
    ...(key === null ? [] : [`authorization: Bearer ${key}`]),
    length === undefined ? "transfer-encoding: chunked" : `content-length: ${length}`,
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}
