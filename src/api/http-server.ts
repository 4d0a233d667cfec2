import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { createId, invalid, type Log, urlOf } from "../base/index.ts";
import { createAdmission } from "./admission.ts";
import { addAuditExport } from "./audit-export.ts";
import { addBodyCount } from "./body-bytes.ts";
import { connectionOptions, limitConnections } from "./connection-limits.ts";
import { addCrossOrigin } from "./cross-origin.ts";
import { retryAfter, toPublicError } from "./error-table.ts";
import { createGraphqlDoor, type GraphqlDoorOptions, graphqlPath } from "./graphql/graphql-door.ts";
import { toAnswer } from "./graphql/to-graphql-error.ts";
import { addHealth } from "./health.ts";
import { toKnownFault } from "./known-faults.ts";
import { bodyBytesMax } from "./limits.ts";
import { takeOneRequestAtATime } from "./one-request-at-a-time.ts";
import { addPages } from "./pages.ts";
import type { HealthCheck } from "./readiness.ts";
import { addRequestId } from "./request-id.ts";
import { addSecurityHeaders } from "./security-headers.ts";
import { sendProblem } from "./to-http-error.ts";

export type HttpServerOptions = GraphqlDoorOptions & {
  readonly host: string;
  readonly port: number;
  readonly pagesFolder: string;
  readonly health: HealthCheck;
};

export type HttpServer = { readonly url: string; start(): Promise<void>; stop(): Promise<void> };

/** One port for everything: GraphQL over HTTP and WebSocket, GraphiQL, the audit export, pages, health. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const http = Fastify({
    ...connectionOptions(options.settings),
    bodyLimit: bodyBytesMax,
    forceCloseConnections: "idle",
    logger: false,
    // Unique for good: the audit trail keeps it.
    genReqId: () => createId(),
    // Keys of a recipient's data are never assigned to objects of ours; refusing them would blame the caller's JSON.
    onProtoPoisoning: "ignore",
    onConstructorPoisoning: "ignore",
    // A path that cannot be decoded names nothing.
    frameworkErrors: (_error, request, reply) => void refuseUnknown(request, reply),
  });
  const admission = createAdmission(options.settings, options.authenticator);
  takeOneRequestAtATime(http.server);
  limitConnections(http, options.settings, admission.addresses);
  addRequestId(http);
  addSecurityHeaders(http);
  // Fastify reads it by default; operations come as JSON only.
  http.removeContentTypeParser("text/plain");
  addBodyCount(http);
  await addCrossOrigin(http, options.settings.allowedOrigins);
  addHealth(http, options.health, admission);
  await addPages(http, options.pagesFolder);
  addAuditExport(http, admission, options);
  const graphql = createGraphqlDoor(options, admission, http.server);
  await graphql.start(http);
  addRefusals(http, options.log);
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
      await graphql.stop();
      await http.close();
    },
  };
}

/** Everything that does not reach a resolver: JSON in the form of its door. */
function addRefusals(http: FastifyInstance, log: Log): void {
  http.addHook("onRequest", async (request, reply) => {
    // Before the body: nobody reads it.
    if (request.is404) return refuseUnknown(request, reply);
  });
  http.setNotFoundHandler(refuseUnknown);
  http.setErrorHandler((error, request, reply) => {
    const shown = toKnownFault(error);
    // Who has gone is told nothing, and what they left unfinished is no fault of ours.
    if (toPublicError(shown).code === "INTERNAL" && !request.raw.socket.destroyed)
      log.error({ err: error, requestId: request.id }, "a request failed");
    return refuse(request, reply, shown);
  });
}

function refuseUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [path = ""] = request.url.split("?");
  if (path !== graphqlPath) return reply.code(404).send({ error: `There is nothing at ${request.method} ${path}.` });
  const fault = invalid("INPUT_INVALID", `Send operations with POST; ${graphqlPath} does not take ${request.method}.`);
  const answer = toAnswer(toPublicError(fault), request.id);
  return reply
    .code(405)
    .header("allow", "POST, GET")
    .send({ errors: [answer] });
}

function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  // Fastify would close the connection at once, and a caller who still sends would lose the answer. What comes is thrown away,
  // for as long as a request may take.
  reply.removeHeader("connection");
  request.raw.resume();
  const answer = toPublicError(error);
  const seconds = retryAfter(answer);
  if (seconds) reply.header("retry-after", seconds);
  if (answer.kind === "unauthenticated") reply.header("www-authenticate", 'Bearer realm="Envoi"');
  if (!request.url.startsWith(graphqlPath)) return sendProblem(reply, error);
  return reply.code(answer.status).send({ errors: [toAnswer(answer, request.id)] });
}
