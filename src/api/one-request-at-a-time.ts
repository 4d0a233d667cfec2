import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { pipelinedRequestsMax } from "./limits.ts";

type Begin = () => void;

/**
 * A client may send requests on one connection without waiting for answers. Node would begin all of them at once, whoever reads
 * what: here the next begins when the answer before it was written, and a connection on which too many wait is closed.
 */
export function takeOneRequestAtATime(server: Server): void {
  const waiting = new WeakMap<Socket, Begin[]>();
  const handlers = server.listeners("request");
  server.removeAllListeners("request");

  const beginNext = (socket: Socket): void => {
    const next = waiting.get(socket)?.shift();
    if (next) next();
    else waiting.delete(socket);
  };

  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const begin = (): void => {
      response.once("close", () => beginNext(socket));
      for (const handle of handlers) Reflect.apply(handle, server, [request, response]);
    };
    const queue = waiting.get(socket);
    if (!queue) {
      waiting.set(socket, []);
      begin();
    } else if (queue.length < pipelinedRequestsMax) queue.push(begin);
    else {
      waiting.set(socket, []);
      closeUnread(socket);
    }
  });
}

/** Node's own, of a connection: its answer 2 says that what follows is not HTTP. */
type Parser = { onIncoming: () => number };
const followsOther = 2;

/**
 * What was read at once may hold a thousand requests more. Destroying the socket does not keep Node from beginning each of them, and from
 * aborting it with an error of its own, which keeps the loop for a second when fifty connections do so.
 */
function closeUnread(socket: Socket & { readonly parser?: Parser | null }): void {
  if (socket.parser) socket.parser.onIncoming = () => followsOther;
  socket.destroy();
}
