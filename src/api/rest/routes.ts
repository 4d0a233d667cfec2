import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods, RouteHandlerMethod } from "fastify";
import { invalid } from "../../base/index.ts";
import type { Actor } from "../../storage/index.ts";
import type { RouteAdmission } from "../admission.ts";

/** The reference product's own path, and the same without its prefix. */
export const restBases = ["/im", "/ajo/im"] as const;

/** `Authorization` where it is sent, else the header that the reference product calls x-api-key. */
export function admitRest(admission: RouteAdmission, request: FastifyRequest, reply: FastifyReply): Promise<Actor> {
  reply.header("cache-control", "no-store");
  const { authorization, "x-api-key": key } = request.headers;
  return admission.admit(request, reply, authorization ?? (typeof key === "string" ? `Bearer ${key}` : undefined));
}

export type OnRequest = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

export type RestRoute = {
  readonly onRequest?: OnRequest;
  readonly handler: RouteHandlerMethod;
};

/** A path under every base. Methods that it does not take are told which it does, before a body is read. */
export function addPath(
  http: FastifyInstance,
  path: string,
  routes: Readonly<Partial<Record<"GET" | "POST" | "DELETE", RestRoute>>>,
): void {
  const taken = Object.keys(routes);
  const allow = [...taken, ...(routes.GET ? ["HEAD"] : []), "OPTIONS"].join(", ");
  const others = http.supportedMethods.filter((method) => !taken.includes(method) && !(routes.GET && method === "HEAD"));
  for (const base of restBases) {
    const url = `${base}${path}`;
    for (const [method, route] of Object.entries(routes)) http.route({ url, method: method as HTTPMethods, ...route });
    http.route({
      url,
      method: others,
      onRequest: async (request, reply) => {
        reply.header("allow", allow);
        if (request.method === "OPTIONS") return reply.code(204).send();
        throw invalid("METHOD_NOT_ALLOWED", `${url} takes ${allow}, and not ${request.method}.`, { allow });
      },
      handler: () => undefined,
    });
  }
}
