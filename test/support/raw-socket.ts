import WebSocket from "ws";
import { until } from "./until.ts";

type Message = { readonly id?: string; readonly type: string; readonly payload?: unknown };

export type RawSocket = {
  readonly socket: WebSocket;
  readonly messages: readonly Message[];
  /** An object as JSON; a text or bytes as they are. */
  send(message: unknown): void;
  /** Says who it is, and waits for the answer. */
  init(key: string): Promise<void>;
  /** The first message about this operation. */
  answerTo(id: string): Promise<Message>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
};

/** A WebSocket without a client library: whatever a test wants to send. */
export async function openRawSocket(url: string, protocol: string | null = "graphql-transport-ws"): Promise<RawSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/graphql`, protocol ?? []);
  const messages: Message[] = [];
  socket.on("message", (data) => messages.push(JSON.parse(String(data))));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: String(reason) }));
  });
  await new Promise((resolve, reject) => {
    socket.on("open", resolve);
    socket.on("error", reject);
  });
  const send = (message: unknown): void =>
    socket.send(typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  return {
    socket,
    messages,
    send,
    async init(key) {
      send({ type: "connection_init", payload: { authorization: `Bearer ${key}` } });
      await until("the key is accepted", () => messages.some(({ type }) => type === "connection_ack"));
    },
    answerTo: (id) => until(`an answer to ${id}`, () => messages.find((message) => message.id === id)),
    closed,
  };
}
