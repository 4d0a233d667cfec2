import type { FastifyInstance } from "fastify";
import { unavailable } from "../../base/index.ts";
import type { RouteAdmission } from "../admission.ts";
import { createReadiness, type HealthCheck } from "../readiness.ts";
import { addPath, admitRest } from "./routes.ts";

/** `GET /im/health`, for whoever has a key. What is missing is told by /health/ready. */
export function addRestHealth(http: FastifyInstance, check: HealthCheck, admission: RouteAdmission): void {
  const readiness = createReadiness(check);
  addPath(http, "/health", {
    GET: {
      onRequest: (request, reply) => admitRest(admission, request, reply),
      handler: async () => {
        if ((await readiness()).ok) return { status: "UP" };
        throw unavailable("NOT_READY", "The server cannot do its work just now. GET /health/ready with a key says why.", {
          retryable: true,
        });
      },
    },
  });
}
