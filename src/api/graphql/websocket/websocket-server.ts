import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type ExecutionArgs, type ExecutionResult, execute, GraphQLError, type GraphQLFormattedError } from "graphql";
import { handleProtocols, makeServer, type ServerOptions } from "graphql-ws";
import { WebSocketServer } from "ws";
import { type Log, toError } from "../../../base/index.ts";
import type { AddressLimit } from "../../address-limit.ts";
import { answerInTime } from "../../answer-in-time.ts";
import { createCostBudget } from "../../cost-budget.ts";
import type { DoorSettings } from "../../door-settings.ts";
import { websocketChunksMax, websocketCloseMilliseconds, websocketFragmentsMax, websocketMessageBytesMax } from "../../limits.ts";
import { originRefusal } from "../../origin.ts";
import { firstErrors } from "../first-errors.ts";
import type { Reader } from "../shared/reader.ts";
import { toGraphqlError } from "../to-graphql-error.ts";
import { type Extra, openConnection } from "./connection.ts";
import { admitOperation, type OperationsOptions, type SocketContext } from "./operations.ts";
import { createReaders } from "./readers.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";
import { createSessions, type SessionOptions, type Sessions } from "./sessions.ts";
import { streamEvents } from "./stream-events.ts";
import { createTurns } from "./turns.ts";

export type WebsocketOptions = Omit<SessionOptions, "perKeyMax"> &
  Omit<OperationsOptions, "operationsMax"> & {
    readonly server: Server;
    readonly path: string;
    readonly settings: DoorSettings;
    readonly addresses: AddressLimit;
    readonly log: Log;
  };

type Params = { readonly authorization?: unknown; readonly Authorization?: unknown };

export type WebsocketServer = { stop(): Promise<void> };

/** graphql-ws on the same path as HTTP: the key comes with `connection_init`, or as a header where clients can set one. */
export function createWebsocketServer(options: WebsocketOptions): WebsocketServer {
  const { server, log, settings } = options;
  const sessions = createSessions({ ...options, perKeyMax: settings.websocket.perKeyMax });
  const protocol = makeServer<Params, Extra>(serverOptions(options, sessions));
  const sockets = createSockets();
  const turn = createTurns();
  server.on("upgrade", (request, raw, head) => {
    // Nobody else listens between the two protocols, and an unheard error would end the process.
    raw.on("error", () => undefined);
    const refusal = upgradeRefusal(options, request, raw);
    if (refusal) return refuseUpgrade(raw, refusal);
    sockets.handleUpgrade(request, raw, head, (socket) => openConnection(protocol, { socket, request, sessions, turn, log }));
  });
  options.authenticator.onChange((keyId) => void sessions.check(keyId));
  const timer = setInterval(() => void sessions.check(), settings.websocket.keyCheckSeconds * 1000);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      for (const socket of sockets.clients) socket.close(1001, "Going away");
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
    },
  };
}

function createSockets(): WebSocketServer {
  // Named, since the types of `ws` do not know all of them yet.
  const limits = {
    maxPayload: websocketMessageBytesMax,
    maxFragments: websocketFragmentsMax,
    maxBufferedChunks: websocketChunksMax,
    closeTimeout: websocketCloseMilliseconds,
  };
  // The inbox answers pings: not to whoever does not read the answers.
  return new WebSocketServer({ noServer: true, handleProtocols, autoPong: false, ...limits });
}

/** The status of a refusal, or null. */
function upgradeRefusal({ path, settings, addresses }: WebsocketOptions, request: IncomingMessage, raw: Duplex): string | null {
  if ((request.url ?? "").split("?")[0] !== path) return "404 Not Found";
  if (originRefusal(request.headers, settings.allowedOrigins)) return "403 Forbidden";
  return addresses.admitForwarded(request, raw) ? null : "429 Too Many Requests";
}

function serverOptions(options: WebsocketOptions, sessions: Sessions): ServerOptions<Params, Extra> {
  const { settings } = options;
  const operations = {
    ...options,
    operationsMax: settings.websocket.operationsMax,
  };
  const readers = createReaders(createCostBudget(settings.costPerSecond));
  return {
    connectionInitWaitTimeout: settings.websocket.initSeconds * 1000,
    onConnect(ctx) {
      const { authorization, Authorization } = ctx.connectionParams ?? {};
      const given = authorization ?? Authorization ?? ctx.extra.request.headers.authorization;
      return sessions.open(ctx.extra, typeof given === "string" ? given : "");
    },
    onClose: (ctx) => sessions.close(ctx.extra.socket),
    onSubscribe: ({ extra, subscriptions }, id, payload) =>
      admitOperation(operations, {
        session: () => sessions.present(extra.socket),
        payload,
        running: Object.keys(subscriptions).length,
        readerFor: (session, cost) => readers(extra, session, { id, cost }),
      }),
    execute: (args) => answer(args, settings.answerSeconds),
    subscribe: streamEvents,
    onError: (_ctx, id, _payload, errors) => format(options, id, errors),
    onNext: (_ctx, id, _payload, _args, { data, errors }) =>
      errors ? { data: data ?? null, errors: format(options, id, errors) } : undefined,
  };
}

type Answer = ExecutionResult | AsyncGenerator<ExecutionResult>;

/** A query or mutation, within the time of a call over HTTP. What waits for its turn until then is not begun any more. */
async function answer(args: ExecutionArgs, seconds: number): Promise<Answer> {
  const { reader, answerElsewhere } = args.contextValue as SocketContext;
  let isLate = false;
  const work = async () => {
    if (isLate) return null;
    return answerElsewhere ? tellAnswer(reader, await answerElsewhere()) : execute(args);
  };
  try {
    return (await answerInTime(reader.answer<Answer | null>(work), seconds)) ?? { data: null };
  } catch (thrown) {
    isLate = true;
    return { errors: [new GraphQLError("an operation failed", { originalError: toError(thrown) })] };
  }
}

/** Sent as it came: reading and writing it once more would take the loop as long as making it. */
async function* tellAnswer(reader: Reader, result: Uint8Array): AsyncGenerator<ExecutionResult> {
  await reader.tell(result);
  yield* [];
}

function format({ settings, log }: WebsocketOptions, requestId: string, errors: readonly GraphQLError[]) {
  const setting = {
    requestId: requestId.slice(0, 100),
    hideSuggestions: settings.introspection === "off",
    log,
  };
  return firstErrors(errors.map((error): GraphQLFormattedError => toGraphqlError(error.toJSON(), error, setting)));
}
