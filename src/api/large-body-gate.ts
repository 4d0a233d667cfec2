import type { FastifyInstance, FastifyRequest } from "fastify";
import { largeBodiesMax, smallBodyBytesMax } from "./limits.ts";

/** Lets a few large bodies in at a time; the others wait unread, so memory does not grow with the number of callers. */
export function addLargeBodyGate(http: FastifyInstance): void {
  const holders = new Set<FastifyRequest>();
  const waiting: { request: FastifyRequest; enter: () => void }[] = [];

  const admit = (): void => {
    while (holders.size < largeBodiesMax) {
      const next = waiting.shift();
      if (!next) return;
      holders.add(next.request);
      next.enter();
    }
  };

  http.addHook("preParsing", (request, _reply, payload, done) => {
    if (!isLarge(request)) return done(null, payload);
    waiting.push({ request, enter: () => done(null, payload) });
    admit();
  });

  const leave = (request: FastifyRequest): void => {
    if (holders.delete(request)) admit();
  };
  http.addHook("onResponse", async (request) => leave(request));
  http.addHook("onRequestAbort", async (request) => leave(request));
}

/** Unknown length counts as large. */
function isLarge(request: FastifyRequest): boolean {
  if (request.method !== "POST") return false;
  const length = Number(request.headers["content-length"] ?? Number.POSITIVE_INFINITY);
  return length > smallBodyBytesMax;
}
