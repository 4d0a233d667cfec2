import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import Fastify, { type FastifyInstance } from "fastify";
import type { Authenticator } from "../access/index.ts";
import { invalid, type Log, urlOf } from "../base/index.ts";
import type { Actor } from "../storage/index.ts";
import { addBodyCount, bodyBytesOf } from "./body-bytes.ts";
import { toPublicError } from "./error-table.ts";
import { createApolloServer } from "./graphql/apollo-server.ts";
import { buildGraphqlSchema } from "./graphql/build-graphql-schema.ts";
import type { RequestContext } from "./graphql/shared/request-context.ts";
import { toAnswer } from "./graphql/to-graphql-error.ts";
import { createWebsocketServer } from "./graphql/websocket-server.ts";
import { addHealth, type HealthCheck } from "./health.ts";
import { addLargeBodyGate } from "./large-body-gate.ts";
import { bodyBytesMax } from "./limits.ts";
import { addPages } from "./pages.ts";
import { addSecurityHeaders } from "./security-headers.ts";
import { sendProblem } from "./to-http-error.ts";

export type HttpServerOptions = {
  readonly host: string;
  readonly port: number;
  readonly pagesFolder: string;
  readonly authenticator: Authenticator;
  readonly createContext: (actor: Actor, requestId: string) => RequestContext;
  readonly health: HealthCheck;
  readonly log: Log;
};

export type HttpServer = { readonly url: string; start(): Promise<void>; stop(): Promise<void> };

const graphqlPath = "/graphql";
const actors = new WeakMap<object, Actor>();

/** One port for everything: GraphQL over HTTP and WebSocket, GraphiQL, pages, health. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const http = Fastify({
    bodyLimit: bodyBytesMax,
    forceCloseConnections: "idle",
    requestTimeout: 120_000,
    logger: false,
    // Keys of a recipient's data are never assigned to objects of ours; refusing them would blame the caller's JSON.
    onProtoPoisoning: "ignore",
    onConstructorPoisoning: "ignore",
  });
  const schema = buildGraphqlSchema();
  const apollo = createApolloServer({ schema, http, log: options.log });
  addSecurityHeaders(http);
  // Fastify reads it by default; operations come as JSON only.
  http.removeContentTypeParser("text/plain");
  addLargeBodyGate(http);
  addBodyCount(http);
  addHealth(http, options.health);
  await addPages(http, options.pagesFolder);
  await apollo.start();
  addGraphql(
    http,
    options,
    fastifyApolloHandler(apollo, {
      context: async (request) => {
        const actor = actors.get(request as object);
        if (!actor) throw invalid("INPUT_INVALID", "The request was not authenticated.");
        return { ...options.createContext(actor, request.id), bodyBytes: bodyBytesOf(request) };
      },
    }),
  );
  http.setNotFoundHandler((request, reply) => {
    const [path] = request.url.split("?");
    if (path !== graphqlPath) return reply.code(404).send({ error: `There is nothing at ${request.method} ${path}.` });
    const fault = toPublicError(
      invalid("INPUT_INVALID", `Send operations with POST; ${graphqlPath} does not take ${request.method}.`),
    );
    return reply
      .code(405)
      .header("allow", "POST, GET")
      .send({ errors: [toAnswer(fault, request.id)] });
  });
  http.setErrorHandler((error, request, reply) => {
    const shown = toKnownFault(error);
    if (toPublicError(shown).code === "INTERNAL") options.log.error({ err: error, requestId: request.id }, "a request failed");
    if (!request.url.startsWith(graphqlPath)) return sendProblem(reply, shown);
    const answer = toPublicError(shown);
    return reply.code(answer.status).send({ errors: [toAnswer(answer, request.id)] });
  });
  const sockets = createWebsocketServer({ ...options, server: http.server, path: graphqlPath, schema, isOriginAllowed });
  let url = "";
  return {
    get url() {
      return url;
    },
    async start() {
      await http.listen({ host: options.host, port: options.port });
      url = urlOf(options.host, (http.server.address() as AddressInfo).port);
    },
    async stop() {
      await sockets.stop();
      await http.close();
    },
  };
}

type Handler = ReturnType<typeof fastifyApolloHandler>;

/** The key is asked for before a byte of the body is read. */
function addGraphql(http: FastifyInstance, options: HttpServerOptions, handler: Handler): void {
  http.route({
    url: graphqlPath,
    method: ["GET", "POST"],
    onRequest: async (request) => {
      actors.set(request, await options.authenticator.authenticate(request.headers.authorization));
    },
    handler,
  });
}

/** Fastify's own refusals, in the words of the catalogue. */
function toKnownFault(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  switch (error.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return invalid(
        "BODY_TOO_LARGE",
        `A call may have ${bodyBytesMax} bytes at most. Split the recipients over several calls, each with its own requestId.`,
        { bytesMax: bodyBytesMax },
      );
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return invalid("INPUT_INVALID", "Send the operation as JSON, with the header content-type: application/json.");
    case "FST_ERR_CTP_INVALID_JSON_BODY":
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return invalid("INPUT_INVALID", "The body is not valid JSON.");
    default:
      return error instanceof SyntaxError ? invalid("INPUT_INVALID", "The body is not valid JSON.") : error;
  }
}

/** Browsers say where a page came from: only our own pages may open a socket. Other programs send no Origin. */
function isOriginAllowed(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
