import cors from "@fastify/cors";
import type { FastifyInstance } from "fastify";

const preflightSeconds = 600;

/**
 * Lets pages of `origins` read answers. Never every origin, and never with cookies: there are none. Without origins nothing
 * is added, so a browser refuses every other site by itself.
 */
export async function addCrossOrigin(http: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await http.register(cors, {
    origin: [...origins],
    methods: ["GET", "POST"],
    allowedHeaders: [
      ...["authorization", "content-type", "apollo-require-preflight"],
      // As the reference product's clients send them to `/im`.
      ...["x-api-key", "x-gw-ims-org-id", "x-sandbox-name", "x-request-id"],
    ],
    exposedHeaders: ["retry-after", "x-request-id", "allow"],
    credentials: false,
    maxAge: preflightSeconds,
  });
}
