import type { FastifyReply } from "fastify";
import { toPublicError } from "./error-table.ts";

/** A problem document (RFC 9457) for every door that is not GraphQL. */
export function sendProblem(reply: FastifyReply, error: unknown): FastifyReply {
  const { code, kind, status, message, details } = toPublicError(error);
  return reply
    .code(status)
    .type("application/problem+json")
    .send({ type: `urn:envoi:error:${code}`, title: message, status, code, kind, requestId: reply.request.id, details });
}
