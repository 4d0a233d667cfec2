import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { GraphQLError, GraphQLFormattedError } from "graphql";
import type { ServerOptions } from "graphql-ws";
import { type Extra, useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import type { Log } from "../../../base/index.ts";
import type { Actor } from "../../../storage/index.ts";
import type { DoorSettings } from "../../door-settings.ts";
import { websocketMessageBytesMax } from "../../limits.ts";
import { originRefusal } from "../../origin.ts";
import { createReadDocument } from "../documents/read-document.ts";
import { firstErrors } from "../first-errors.ts";
import type { RequestContext } from "../shared/request-context.ts";
import { toGraphqlError } from "../to-graphql-error.ts";
import { admitOperation, type OperationsOptions } from "./operations.ts";
import { createSessions, type SessionOptions, type Sessions } from "./sessions.ts";

export type WebsocketOptions = Omit<SessionOptions, "perKeyMax"> &
  Omit<OperationsOptions, "operationsMax" | "readDocument"> & {
    readonly server: Server;
    readonly path: string;
    readonly settings: DoorSettings;
    readonly createContext: (actor: Actor, requestId: string) => RequestContext;
    readonly log: Log;
  };

type Params = { readonly authorization?: unknown; readonly Authorization?: unknown };

export type WebsocketServer = { stop(): Promise<void> };

/** graphql-ws on the same path as HTTP: the key comes with `connection_init`, or as a header where clients can set one. */
export function createWebsocketServer(options: WebsocketOptions): WebsocketServer {
  const { websocket } = options.settings;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: websocketMessageBytesMax });
  const sessions = createSessions({ ...options, perKeyMax: websocket.perKeyMax });
  options.server.on("upgrade", (request, socket, head) => upgrade(options, sockets, { request, socket, head }));
  // As in production it closes with a fixed word instead of an error's text.
  const cleanup = useServer<Params>({ ...serverOptions(options, sessions), isProd: true }, sockets);
  const timer = setInterval(() => void sessions.check(), websocket.keyCheckSeconds * 1000);
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
  // Nobody else listens between the two protocols, and an unheard error would end the process.
  socket.on("error", () => undefined);
  const [path] = (request.url ?? "").split("?");
  const refusal = path === options.path ? originRefusal(request.headers, options.settings.allowedOrigins) : "404 Not Found";
  if (refusal) {
    socket.end(`HTTP/1.1 ${typeof refusal === "string" ? refusal : "403 Forbidden"}\r\nconnection: close\r\n\r\n`);
    return;
  }
  sockets.handleUpgrade(request, socket, head, (connected) => {
    sockets.emit("connection", connected, request);
    // graphql-ws would print each to standard error, and only the first; ws has closed the socket by then.
    connected.removeAllListeners("error");
    connected.on("error", (error) => options.log.debug({ err: error }, "a socket broke"));
  });
}

function serverOptions(options: WebsocketOptions, sessions: Sessions): ServerOptions<Params, Extra> {
  const { settings } = options;
  const operations = {
    ...options,
    readDocument: createReadDocument(options.schema, settings),
    operationsMax: settings.websocket.operationsMax,
  };
  let count = 0;
  return {
    connectionInitWaitTimeout: settings.websocket.initSeconds * 1000,
    onConnect(ctx) {
      const { authorization, Authorization } = ctx.connectionParams ?? {};
      const given = authorization ?? Authorization ?? ctx.extra.request.headers.authorization;
      return sessions.open(ctx.extra, typeof given === "string" ? given : "");
    },
    onClose: (ctx) => sessions.close(ctx.extra.socket),
    onSubscribe: (ctx, _id, payload) =>
      admitOperation(operations, {
        actor: sessions.actorOf(ctx.extra.socket),
        payload,
        running: Object.keys(ctx.subscriptions).length,
      }),
    context(ctx) {
      count += 1;
      return options.createContext(sessions.actorOf(ctx.extra.socket), `ws-${count}`);
    },
    onError: (_ctx, id, _payload, errors) => format(options, id, errors),
    onNext: (_ctx, id, _payload, _args, { data, errors }) =>
      errors ? { data: data ?? null, errors: format(options, id, errors) } : undefined,
  };
}

function format({ settings, log }: WebsocketOptions, requestId: string, errors: readonly GraphQLError[]) {
  const setting = {
    requestId: requestId.slice(0, 100),
    tokensMax: settings.document.tokensMax,
    hideSuggestions: settings.introspection === "off",
    log,
  };
  return firstErrors(errors.map((error): GraphQLFormattedError => toGraphqlError(error.toJSON(), error, setting)));
}
