import type { FastifyInstance } from "fastify";

/** Every answer names its call, as the log and the audit trail do. The id is ours: callers cannot choose it. */
export function addRequestId(http: FastifyInstance): void {
  http.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    done();
  });
}
