import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";

const day = 86_400_000;

/** The pages that Vite built. GraphiQL's editor needs inline styles; nothing else is loosened. */
export const contentSecurityPolicy = {
  "default-src": ["'self'"],
  "script-src": ["'self'"],
  "worker-src": ["'self'", "blob:"],
  "style-src": ["'self'", "'unsafe-inline'"],
  "font-src": ["'self'", "data:"],
  "img-src": ["'self'", "data:"],
  "connect-src": ["'self'"],
  "frame-ancestors": ["'none'"],
  "upgrade-insecure-requests": null,
};

export async function addPages(http: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, "index.html"))) {
    for (const path of ["/", "/graphiql"]) http.get(path, notBuilt);
    return;
  }
  await http.register(fastifyStatic, { root: join(folder, "assets"), prefix: "/assets/", immutable: true, maxAge: 365 * day });
  const page = (file: string) => (_request: unknown, reply: FastifyReply) =>
    reply.header("cache-control", "no-cache").sendFile(file, folder);
  http.get("/", page("index.html"));
  http.get("/graphiql", page("graphiql/index.html"));
  http.get("/graphiql/", page("graphiql/index.html"));
}

async function notBuilt(_request: unknown, reply: FastifyReply): Promise<FastifyReply> {
  return reply.code(503).type("text/plain").send("The pages are not built yet. Run `npm run build` and start again.\n");
}
