import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from "graphql";
import { CloseCode, type ServerOptions } from "graphql-ws";
import { type Extra, useServer } from "graphql-ws/use/ws";
import { type WebSocket, WebSocketServer } from "ws";
import type { Authenticator } from "../../access/index.ts";
import { invariant, type Log, limited, toError } from "../../base/index.ts";
import type { Actor } from "../../storage/index.ts";
import { keyCheckMilliseconds, smallBodyBytesMax, subscriptionsPerSocketMax } from "../limits.ts";
import type { RequestContext } from "./shared/request-context.ts";
import { toGraphqlError } from "./to-graphql-error.ts";

export type WebsocketOptions = {
  readonly server: Server;
  readonly path: string;
  readonly schema: GraphQLSchema;
  readonly authenticator: Authenticator;
  readonly createContext: (actor: Actor, requestId: string) => RequestContext;
  readonly isOriginAllowed: (request: IncomingMessage) => boolean;
  readonly log: Log;
};

type Params = { readonly authorization?: unknown; readonly Authorization?: unknown };

/** What is known of a socket once its key was accepted. */
type Session = { readonly authorization: string; readonly actor: Actor };
const sessions = new WeakMap<WebSocket, Session>();

export type WebsocketServer = { stop(): Promise<void> };

/** graphql-ws on the same path as HTTP: the key comes with `connection_init`, or as a header where clients can set one. */
export function createWebsocketServer(options: WebsocketOptions): WebsocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: smallBodyBytesMax });
  options.server.on("upgrade", (request, socket, head) => upgrade(options, sockets, { request, socket, head }));
  const cleanup = useServer<Params>(serverOptions(options), sockets);
  const timer = setInterval(() => void checkKeys(options, sockets), keyCheckMilliseconds);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await cleanup.dispose();
    },
  };
}

type Upgrade = { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer };

function upgrade(options: WebsocketOptions, sockets: WebSocketServer, { request, socket, head }: Upgrade): void {
  const isOurs = new URL(request.url ?? "/", "http://localhost").pathname === options.path;
  if (isOurs && options.isOriginAllowed(request)) {
    sockets.handleUpgrade(request, socket, head, (connected) => sockets.emit("connection", connected, request));
    return;
  }
  socket.end(`HTTP/1.1 ${isOurs ? "403 Forbidden" : "404 Not Found"}\r\nconnection: close\r\n\r\n`);
}

function serverOptions(options: WebsocketOptions): ServerOptions<Params, Extra> {
  let operations = 0;
  return {
    schema: options.schema,
    async onConnect(ctx) {
      const given =
        ctx.connectionParams?.authorization ?? ctx.connectionParams?.Authorization ?? ctx.extra.request.headers.authorization;
      const authorization = typeof given === "string" ? given : "";
      try {
        const actor = await options.authenticator.authenticate(authorization || undefined);
        sessions.set(ctx.extra.socket, { authorization, actor });
        return true;
      } catch (error) {
        options.log.debug({ err: toError(error) }, "a socket was refused");
        ctx.extra.socket.close(CloseCode.Forbidden, "This API key is missing or not valid");
        return false;
      }
    },
    onSubscribe: (ctx, id) => (Object.keys(ctx.subscriptions).length > subscriptionsPerSocketMax ? [tooMany(id)] : undefined),
    context(ctx) {
      operations += 1;
      const session = sessions.get(ctx.extra.socket);
      invariant(session, "an operation came over a socket without a key");
      return options.createContext(session.actor, `ws-${operations}`);
    },
    onError: (_ctx, id, _payload, errors) => errors.map((error) => format(options, id, error)),
    onNext: (_ctx, id, _payload, _args, { data, errors }) =>
      errors ? { data: data ?? null, errors: errors.map((error) => format(options, id, error)) } : undefined,
  };
}

function tooMany(requestId: string): GraphQLError {
  const message = `A socket may have ${subscriptionsPerSocketMax} operations at once. Complete one, or open a second socket.`;
  return new GraphQLError(message, {
    originalError: limited("RATE_LIMITED", message, { operationsMax: subscriptionsPerSocketMax, requestId }),
  });
}

function format(options: WebsocketOptions, requestId: string, error: GraphQLError): GraphQLFormattedError {
  return toGraphqlError(error.toJSON(), error, { requestId, log: options.log });
}

/** A key that was revoked or ran out ends its sockets within a minute. */
async function checkKeys(options: WebsocketOptions, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) {
    const session = sessions.get(socket);
    if (!session) continue;
    await options.authenticator
      .authenticate(session.authorization)
      .catch(() => socket.close(CloseCode.Forbidden, "This API key is no longer valid"));
  }
}
