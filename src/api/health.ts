import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import { urlOf } from "../base/index.ts";

export type HealthCheck = () => Promise<{ readonly ok: boolean; readonly checks: Readonly<Record<string, string>> }>;

/** `live`: the process answers. `ready`: it can do its work; 503 with what is missing while it cannot. */
export function addHealth(http: FastifyInstance, check: HealthCheck): void {
  http.get("/health/live", async () => ({ status: "live" }));
  http.get("/health/ready", async (_request, reply) => {
    const { ok, checks } = await check();
    return reply.code(ok ? 200 : 503).send({ status: ok ? "ready" : "not ready", checks });
  });
}

export type HealthServer = { readonly url: string; start(): Promise<void>; stop(): Promise<void> };

/** For a process without other doors. */
export function createHealthServer(options: {
  readonly host: string;
  readonly port: number;
  readonly check: HealthCheck;
}): HealthServer {
  const http = Fastify({ forceCloseConnections: true, logger: false });
  addHealth(http, options.check);
  return {
    get url() {
      return urlOf(options.host, (http.server.address() as AddressInfo).port);
    },
    async start() {
      await http.listen({ host: options.host, port: options.port });
    },
    stop: () => http.close(),
  };
}
