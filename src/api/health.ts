import type { FastifyInstance } from "fastify";

export type HealthCheck = () => Promise<{ readonly ok: boolean; readonly checks: Readonly<Record<string, string>> }>;

/** `live`: the process answers. `ready`: it can take calls; 503 with what is missing while it cannot. */
export function addHealth(http: FastifyInstance, check: HealthCheck): void {
  http.get("/health/live", async () => ({ status: "live" }));
  http.get("/health/ready", async (_request, reply) => {
    const { ok, checks } = await check();
    return reply.code(ok ? 200 : 503).send({ status: ok ? "ready" : "not ready", checks });
  });
}
