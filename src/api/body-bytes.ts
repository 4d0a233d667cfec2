import type { FastifyInstance, FastifyRequest } from "fastify";

const received = new WeakMap<object, number>();

/** Counts the bodies that come in chunks, and so without a length. */
export function addBodyCount(http: FastifyInstance): void {
  http.addHook("preParsing", (request, _reply, payload, done) => {
    if (request.headers["content-length"] === undefined)
      payload.on("data", (chunk: Buffer) => received.set(request, (received.get(request) ?? 0) + chunk.length));
    done(null, payload);
  });
}

/** The bytes of a body that was read. */
export function bodyBytesOf(request: Pick<FastifyRequest, "headers">): number {
  return received.get(request) ?? Number(request.headers["content-length"] ?? 0);
}
