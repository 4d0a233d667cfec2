import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from "fastify";
import { invalid, type Log, notFound } from "../base/index.ts";
import { databaseFaultOf } from "../storage/index.ts";
import type { RouteAdmission } from "./admission.ts";
import { retryAfter, toPublicError } from "./error-table.ts";
import { createGraphqlDoor, type GraphqlDoor, type GraphqlDoorOptions, graphqlPath } from "./graphql/graphql-door.ts";
import { toAnswer } from "./graphql/to-graphql-error.ts";
import { toKnownFault } from "./known-faults.ts";
import { bodyBytesMax } from "./limits.ts";
import { addRest } from "./rest/rest-door.ts";
import { sendProblem } from "./to-http-error.ts";

export type CallDoorsOptions = GraphqlDoorOptions;

/** What whoever opens these doors gives Fastify. */
export const callDoorsServer = {
  bodyLimit: bodyBytesMax,
  logger: false,
  // Keys of a recipient's data are never assigned to objects of ours; refusing them would blame the caller's JSON.
  onProtoPoisoning: "ignore",
  onConstructorPoisoning: "ignore",
  // A path that cannot be decoded names nothing.
  frameworkErrors: (_error, request, reply) => void refuseUnknown(request, reply.header("x-request-id", request.id)),
} as const satisfies FastifyServerOptions;

/** Every route that takes the body of a call, and what is answered where there is none: the same on each thread that answers calls. */
export async function addCallDoors(
  http: FastifyInstance,
  admission: RouteAdmission,
  options: CallDoorsOptions,
): Promise<{ readonly graphql: GraphqlDoor }> {
  // Fastify reads it by default; operations come as JSON only.
  http.removeContentTypeParser("text/plain");
  const graphql = createGraphqlDoor(options, admission);
  await graphql.start(http);
  addRest(http, admission, options);
  addRefusals(http, options.log);
  return { graphql };
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
    else if (databaseFaultOf(shown)) log.warn({ err: error, requestId: request.id }, "a request failed: the database refused it");
    return refuse(request, reply, shown);
  });
}

function refuseUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [path = ""] = request.url.split("?");
  if (path !== graphqlPath)
    return sendProblem(reply, notFound("PATH_NOT_FOUND", `There is nothing at ${request.method} ${path}.`));
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
