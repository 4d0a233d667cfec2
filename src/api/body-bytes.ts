import type { FastifyRequest } from "fastify";

const received = new WeakMap<object, number>();

/** Of a body that came in chunks, and so without a length. */
export function noteBodyBytes(request: FastifyRequest, bytes: number): void {
  received.set(request, bytes);
}

/** The bytes of a body that was read. */
export function bodyBytesOf(request: Pick<FastifyRequest, "headers">): number {
  return received.get(request) ?? Number(request.headers["content-length"] ?? 0);
}
